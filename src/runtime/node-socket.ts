import type { Duplex } from "node:stream";
import { WebSocket } from "ws";
import type { Socket } from "../actors/connection/mod.ts";
import type { Format, Frames } from "../actors/wire/mod.ts";
import type { UpgradePlan } from "../routes/upgrade.ts";

/** What may wait unsent before pongs are left out: the peer does not read them (RFC 6455 §5.5.3 lets us skip). */
const PONG_BYTES = 64 * 1024;

/**
 * A socket of `ws`. Events are not sent through `ws`, which writes a header and a payload for each: a turn's frames are
 * one buffer that all members of a room share, written to the stream that the upgrade came with.
 */
class NodeSocket implements Socket {
  readonly pings = true;
  readonly #ws: WebSocket;
  readonly #stream: Duplex;

  constructor(ws: WebSocket, stream: Duplex) {
    this.#ws = ws;
    this.#stream = stream;
  }

  get bufferedBytes(): number {
    return this.#stream.writableLength;
  }

  send(parts: readonly Frames[], format: Format): void {
    if (this.#ws.readyState !== WebSocket.OPEN) return;
    const [only] = parts;
    if (parts.length === 1 && only !== undefined) {
      this.#stream.write(only.wire(format));
      return;
    }
    this.#stream.cork();
    for (const part of parts) this.#stream.write(part.wire(format));
    this.#stream.uncork();
  }

  sendRaw(messages: readonly (string | Uint8Array)[]): void {
    if (this.#ws.readyState !== WebSocket.OPEN) return;
    this.#stream.cork();
    for (const message of messages) this.#ws.send(message);
    this.#stream.uncork();
  }

  ping(): void {
    if (this.#ws.readyState === WebSocket.OPEN) this.#ws.ping();
  }

  awaitDrain(): undefined {}

  pause(): boolean {
    this.#ws.pause();
    return this.#ws.isPaused;
  }

  resume(): void {
    this.#ws.resume();
  }

  close(code: number, reason: string): void {
    // A paused stream would never bring the peer's answer.
    this.#ws.resume();
    this.#ws.close(code, reason);
  }

  terminate(): void {
    this.#ws.terminate();
  }
}

/** Connects an open WebSocket with what its route has planned for it. */
export function connectNode(ws: WebSocket, stream: Duplex, plan: UpgradePlan): void {
  const events = plan.connect(new NodeSocket(ws, stream));
  ws.on("message", (data: Buffer, binary: boolean) => events.received(binary ? data : data.toString()));
  ws.on("pong", () => events.alive());
  ws.on("ping", (payload: Buffer) => {
    events.alive();
    if (stream.writableLength < PONG_BYTES && ws.readyState === WebSocket.OPEN) ws.pong(payload);
  });
  ws.on("close", (code: number) => events.closed(code));
  ws.on("error", () => undefined); // `ws` closes with the right code, and "close" follows
  stream.on("drain", () => events.drained());
}
