/** What a server says, as far as it is looked at here. */
export interface Said {
  readonly type: string;
  readonly id?: string;
  readonly room?: string;
  readonly seq?: number;
  readonly epoch?: string;
  readonly recovered?: boolean;
  readonly content?: string;
  readonly code?: string;
  readonly more?: boolean;
  readonly messages?: readonly { readonly type: string; readonly seq: number; readonly content?: string }[];
}

/** A connection that may end at any moment. */
export interface Line {
  send(command: object): void;
  /** Resolves when it is over, however that came. */
  readonly over: Promise<void>;
  close(): void;
}

/** Connects to a server; `undefined`: it was not there (any more). */
export function openLine(
  port: number,
  name: string,
  onSaid: (said: Said, line: Line) => void,
): Promise<Line | undefined> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/ws?name=${name}`);
  const { promise: over, resolve: end } = Promise.withResolvers<void>();
  return new Promise((resolve) => {
    const line: Line = {
      send(command) {
        if (socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify(command));
      },
      over,
      close: () => socket.close(),
    };
    socket.addEventListener("message", ({ data }) => {
      const said = JSON.parse(String(data)) as Said;
      if (said.type === "welcome") resolve(line);
      else onSaid(said, line);
    });
    socket.addEventListener("close", () => {
      end();
      resolve(undefined);
    });
    socket.addEventListener("error", () => {
      end();
      resolve(undefined);
    });
  });
}
