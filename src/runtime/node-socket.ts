import type { Duplex } from "node:stream";
import { WebSocket } from "ws";
import type { Socket } from "../actors/connection/mod.ts";
import type { Format, Frames } from "../actors/wire/mod.ts";
import type { UpgradePlan } from "../routes/upgrade.ts";

/** What may wait unsent before pongs are left out: the peer does not read them (RFC 6455 §5.5.3 lets us skip). */
const PONG_BYTES = 64 * 1024;

/** Up to so many bytes, what one member alone is sent is copied into one buffer: a vectored write costs more than that. */
const COPIED_BYTES = 16 * 1024;

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
      this.#stream.write(bufferOf(only.wire(format)));
      return;
    }
    let bytes = 0;
    for (const part of parts) bytes += part.bytes;
    if (bytes <= COPIED_BYTES) {
      const copy = Buffer.allocUnsafe(bytes);
      let at = 0;
      for (const part of parts) at = part.put(copy, at, format);
      this.#stream.write(copy.subarray(0, at));
      return;
    }
    this.#stream.cork();
    for (const part of parts) this.#stream.write(bufferOf(part.wire(format)));
    this.#stream.uncork();
  }

  sendRaw(messages: readonly (string | Uint8Array)[]): void {
    if (this.#ws.readyState !== WebSocket.OPEN) return;
    // One buffer: each write that waits costs the stream far more than a small message has bytes.
    if (messages.length > 0) this.#stream.write(Buffer.concat(messages.flatMap(framed)));
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

let lastWire: Uint8Array | undefined;
let lastBuffer: Buffer = Buffer.alloc(0);

/**
 * The same bytes as a `Buffer`, made once for all members that are written the same: the stream would make one for each
 * write of a plain array.
 */
function bufferOf(wire: Uint8Array): Buffer {
  if (wire !== lastWire) {
    lastWire = wire;
    lastBuffer = Buffer.from(wire.buffer, wire.byteOffset, wire.byteLength);
  }
  return lastBuffer;
}

/** Connects an open WebSocket with what its route has planned for it. */
export function connectNode(ws: WebSocket, stream: Duplex, plan: UpgradePlan): void {
  const events = plan.connect(new NodeSocket(ws, stream));
  ws.on("message", (data: Buffer, binary: boolean) => events.received(binary ? data : data.toString()));
  ws.on("pong", () => events.alive());
  let ping: Buffer | undefined;
  ws.on("ping", (payload: Buffer) => {
    events.alive();
    // Of pings that come together, the newest is answered (RFC 6455 §5.5.3).
    if (ping === undefined) setImmediate(pong);
    ping = payload;
  });
  function pong(): void {
    if (stream.writableLength < PONG_BYTES && ws.readyState === WebSocket.OPEN) ws.pong(ping);
    ping = undefined;
  }
  ws.on("close", (code: number) => events.closed(code));
  ws.on("error", () => undefined); // `ws` closes with the right code, and "close" follows
  stream.on("drain", () => events.drained());
}

/** A message as one final, unmasked frame (RFC 6455 §5.2): its header and its payload. */
function framed(message: string | Uint8Array): readonly Uint8Array[] {
  const payload = typeof message === "string" ? Buffer.from(message) : message;
  const opcode = 0x80 | (typeof message === "string" ? 1 : 2);
  const { length } = payload;
  if (length < 126) return [Buffer.of(opcode, length), payload];
  if (length < 65_536) return [Buffer.of(opcode, 126, length >> 8, length & 255), payload];
  const header = Buffer.alloc(10);
  header[0] = opcode;
  header[1] = 127;
  header.writeBigUInt64BE(BigInt(length), 2);
  return [header, payload];
}
