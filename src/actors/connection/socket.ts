import type { Format, Frames } from "../wire/mod.ts";

/** A WebSocket as an actor sees it: the port that each runtime's transport stands behind. */
export interface Socket {
  /** Bytes that were sent and that the runtime still holds. */
  readonly bufferedBytes: number;
  /** Whether `ping` does something here; where it does not, the runtime looks after dead peers by itself. */
  readonly pings: boolean;
  /** Sends events in order: in one write, where the runtime can. The list is its caller's again afterwards. */
  send(parts: readonly Frames[], format: Format): void;
  /** Sends messages as they are, in order: text as text, bytes as binary. */
  sendRaw(messages: readonly (string | Uint8Array)[]): void;
  ping(): void;
  /** Has `drained` told once most of what the runtime holds has gone; for runtimes that do not say so by themselves. */
  awaitDrain(): undefined;
  /** Stops reading from the peer, where the runtime can, else answers `false`. */
  pause(): boolean;
  resume(): void;
  /** Begins the closing handshake (RFC 6455 §7.1.2); its answer comes only where the peer is read from. */
  close(code: number, reason: string): void;
  /** Cuts the connection, where the runtime can. */
  terminate(): void;
}

/** What a transport tells of its socket. It calls `closed` exactly once, and nothing after that. */
export interface SocketEvents {
  received(data: string | Uint8Array): void;
  /** A ping or a pong has come. */
  alive(): void;
  /** What was sent has left the runtime's buffer. */
  drained(): void;
  /** `code` as RFC 6455 §7.1.5 has it: 1005 without one, 1006 where the connection was lost. */
  closed(code: number): void;
}
