/** What happens on a socket. */
export interface SocketEvent {
  readonly type: string;
  readonly data?: unknown;
  readonly code?: number;
  readonly reason?: string;
}

/** What a client needs of a `WebSocket` (https://websockets.spec.whatwg.org). */
export interface ClientSocket {
  readonly protocol: string;
  send(data: string): void;
  close(code?: number, reason?: string): void;
  addEventListener(type: "open" | "message" | "close", listener: (event: SocketEvent) => void): void;
}

/** Makes a socket, which begins to connect at once. */
export type ClientSocketClass = new (url: string, protocols: string[]) => ClientSocket;

/** Time, in milliseconds. */
export interface ClientClock {
  /** Since some fixed moment; never goes back. */
  now(): number;
  /** Since 1970. */
  date(): number;
  /** Calls `run` in `delayMs`, and returns how to take that back. */
  after(delayMs: number, run: () => void): () => void;
}

/** Everything a client takes from the world. */
export interface ClientPorts {
  readonly WebSocket: ClientSocketClass;
  readonly clock: ClientClock;
  /** Numbers in [0, 1), for waiting times and keys: nobody else's may come out the same. */
  readonly random: () => number;
  /** Whether there may be a network. */
  readonly online: () => boolean;
  /** Calls `look` when the page is shown again, or the network comes or goes; returns how to stop that. */
  readonly watch: (look: () => void) => () => void;
}
