/** How a server is talked to: both say the same on the same sockets. */
export interface Dialect {
  /** What the nth client asks for when it connects. */
  path(room: string, index: number): string;
  /** What it says once it is connected, if anything. */
  readonly opening?: string;
  /** What it is told once it is in its room. */
  readonly joined: string;
  /** A message, with its content. */
  message(content: string): string;
  readonly format: "v1" | "batch";
}

const pad = (index: number): string => String(index).padStart(6, "0");

const ours = {
  path: (room: string, index: number) => `/ws/${room}?name=user_${pad(index)}`,
  joined: '"type":"joined"',
  message: (content: string) => `{"type":"message","content":"${content}"}`,
} as const;

/** By the names of what is compared. */
export const dialects = {
  greenroom: { ...ours, format: "v1" },
  "greenroom-batch": { ...ours, format: "batch" },
  // Engine.IO 4 and Socket.IO 5 (https://socket.io/docs/v4/socket-io-protocol/).
  "socket.io": {
    path: (room, index) => `/socket.io/?EIO=4&transport=websocket&room=${room}&name=user_${pad(index)}`,
    opening: "40",
    joined: '42["joined"',
    message: (content) => `42["message","${content}"]`,
    format: "v1",
  },
} satisfies Record<string, Dialect>;

/** What is compared. */
export type Subject = keyof typeof dialects;
