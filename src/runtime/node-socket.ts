import type { Duplex } from "node:stream";
import { type RawData, WebSocket } from "ws";
import type { Socket, SocketEvents } from "../actors/connection/mod.ts";
import type { Format, Frames } from "../actors/wire/mod.ts";
import type { UpgradePlan } from "../routes/upgrade.ts";

/** What may wait unsent before pongs are left out: the peer does not read them (RFC 6455 §5.5.3 lets us skip). */
const PONG_BYTES = 64 * 1024;

/** Up to so many bytes, what one member alone is sent is copied into one buffer: a vectored write costs more than that. */
const COPIED_BYTES = 16 * 1024;

/** A ping without a payload (RFC 6455 §5.5.2). */
const PING = Buffer.of(0x89, 0);

/**
 * A socket of `ws`. Events are not sent through `ws`, which writes a header and a payload for each: a turn's frames are
 * one buffer that all members of a room share, written to the stream that the upgrade came with.
 */
class NodeSocket implements Socket {
  readonly pings = true;
  readonly #ws: WebSocket;
  readonly #stream: Duplex;
  readonly #events: SocketEvents;
  /** The newest ping that was not answered. */
  #ping: Buffer | undefined;

  constructor(ws: WebSocket, stream: Duplex, plan: UpgradePlan) {
    this.#ws = ws;
    this.#stream = stream;
    this.#events = plan.connect(this);
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
    if (this.#ws.readyState === WebSocket.OPEN) this.#stream.write(PING);
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
    this.#ws.close(code, reason);
  }

  terminate(): void {
    this.#ws.terminate();
  }

  received(data: Buffer, binary: boolean): void {
    this.#events.received(binary ? data : data.toString());
  }

  /** A ping has come. Of pings that come together, the newest is answered (RFC 6455 §5.5.3). */
  pinged(payload: Buffer): void {
    this.#events.alive();
    if (this.#ping === undefined) setImmediate(answerPing, this);
    this.#ping = payload;
  }

  /** Answers the newest ping, unless the peer does not read. */
  pong(): void {
    const open = this.#ws.readyState === WebSocket.OPEN;
    if (open && this.#stream.writableLength < PONG_BYTES) this.#ws.pong(this.#ping);
    this.#ping = undefined;
  }

  ponged(): void {
    this.#events.alive();
  }

  closed(code: number): void {
    this.#events.closed(code);
  }

  drained(): void {
    this.#events.drained();
  }
}

function answerPing(socket: NodeSocket): void {
  socket.pong();
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

/** Where a WebSocket, and the stream beneath it, bear what they are connected with. */
const CONNECTED = Symbol("greenroom");

/** Listeners find the socket on their emitter: so they are the same for all, and a connection takes 1 KB less. */
interface Bearer {
  readonly [CONNECTED]: NodeSocket;
}

/** Connects an open WebSocket with what its route has planned for it. */
export function connectNode(ws: WebSocket, stream: Duplex, plan: UpgradePlan): void {
  const bearer: Bearer = { [CONNECTED]: new NodeSocket(ws, stream, plan) };
  const peer = Object.assign(ws, bearer);
  peer.on("message", onMessage);
  peer.on("pong", onPong);
  peer.on("ping", onPing);
  peer.on("close", onClose);
  peer.on("error", ignore); // `ws` closes with the right code, and "close" follows
  Object.assign(stream, bearer).on("drain", onDrain);
}

function onMessage(this: WebSocket & Partial<Bearer>, data: RawData, binary: boolean): void {
  this[CONNECTED]?.received(data as Buffer, binary);
}

function onPing(this: WebSocket & Partial<Bearer>, payload: Buffer): void {
  this[CONNECTED]?.pinged(payload);
}

function onPong(this: WebSocket & Partial<Bearer>): void {
  this[CONNECTED]?.ponged();
}

function onClose(this: WebSocket & Partial<Bearer>, code: number): void {
  this[CONNECTED]?.closed(code);
}

function onDrain(this: Bearer): void {
  this[CONNECTED].drained();
}

function ignore(): void {}

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
