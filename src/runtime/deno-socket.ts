import type { Socket, SocketEvents } from "../actors/connection/mod.ts";
import { closeCodes, type Format, type Frames, sendable, utf8Bytes } from "../actors/wire/mod.ts";
import { DrainPoll } from "../routes/drain-poll.ts";
import type { UpgradePlan } from "../routes/upgrade.ts";

/** What is used of the WebSocket that Deno hands out on an upgrade. */
export interface DenoWebSocket {
  binaryType: string;
  readonly readyState: number;
  readonly bufferedAmount: number;
  onopen: (() => void) | null;
  onmessage: ((event: { readonly data: string | ArrayBuffer }) => void) | null;
  onclose: ((event: { readonly code: number }) => void) | null;
  onerror: (() => void) | null;
  send(data: string | Uint8Array): void;
  close(code: number, reason: string): void;
}

const OPEN = 1;

/** A native socket of Deno: it pings by itself, cannot be paused, and has no end but a close. */
class DenoSocket implements Socket {
  readonly pings = false;
  readonly #ws: DenoWebSocket;
  readonly #poll = new DrainPoll(() => this.bufferedBytes);
  events: SocketEvents | undefined;

  constructor(ws: DenoWebSocket) {
    this.#ws = ws;
  }

  get bufferedBytes(): number {
    return this.#ws.bufferedAmount;
  }

  send(parts: readonly Frames[], format: Format): void {
    for (const part of parts) this.sendRaw(part.messages(format));
  }

  sendRaw(messages: readonly (string | Uint8Array)[]): void {
    for (const message of messages) if (this.#ws.readyState === OPEN) this.#ws.send(message);
  }

  ping(): void {}

  awaitDrain(): undefined {
    this.#poll.start(() => this.events?.drained());
  }

  /** The socket is closed; Deno says 0 where the connection was lost. */
  closed(code: number): void {
    this.#poll.stop();
    this.events?.closed(code === 0 ? closeCodes.abnormal.code : code);
    this.events = undefined;
  }

  pause(): boolean {
    return false;
  }

  resume(): void {}

  close(code: number, reason: string): void {
    if (this.#ws.readyState === OPEN && sendable(code)) this.#ws.close(code, reason);
  }

  terminate(): void {
    this.close(closeCodes.overloaded.code, closeCodes.overloaded.reason);
  }
}

/** Connects a socket, once it is open, with what its route has planned for it. */
export function connectDeno(ws: DenoWebSocket, { connect, maxMessageBytes }: UpgradePlan): void {
  const socket = new DenoSocket(ws);
  ws.binaryType = "arraybuffer";
  ws.onopen = () => {
    if (ws.readyState === OPEN) socket.events = connect(socket); // it may have closed again by now
  };
  ws.onmessage = ({ data }) => {
    const message = typeof data === "string" ? data : new Uint8Array(data);
    const bytes = typeof message === "string" ? utf8Bytes(message) : message.length;
    // Deno's own bound is about 64 MiB.
    if (bytes > maxMessageBytes) socket.close(closeCodes.tooBig.code, closeCodes.tooBig.reason);
    else socket.events?.received(message);
  };
  ws.onclose = ({ code }) => socket.closed(code);
  ws.onerror = () => undefined; // "close" follows
}
