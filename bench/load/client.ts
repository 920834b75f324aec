import { connect, type Socket } from "node:net";

/** Where a client connects to, and as what. */
export interface ClientOptions {
  readonly port: number;
  readonly path: string;
  /** The address it comes from: one alone has 28,000 ports, and a connection that has ended keeps its own for a while. */
  readonly from: string;
  readonly format?: "v1" | "batch";
}

/** What a client tells whoever drives it. */
export interface ClientEvents {
  /** A text message: the bytes between `from` and `to`, which are somebody else's once this returns. */
  text(client: Client, bytes: Buffer, from: number, to: number): void;
  /** The connection is over, whoever ended it. */
  ended(client: Client): void;
}

/** All clients read into the same bytes: reading costs no memory, and nothing is collected meanwhile. */
const shared = Buffer.allocUnsafe(1024 * 1024);
const KEY = "dGhlIHNhbXBsZSBub25jZQ==";
const TEXT = 1;
const CLOSE = 8;
const PING = 9;
const PONG = 10;

/**
 * A WebSocket client that does next to nothing itself, so that a thousand of them leave the machine to the server: no
 * streams, no strings, no checks of what a correct server would not send.
 */
export class Client {
  /** Its place in its crowd. */
  readonly index: number;
  readonly #socket: Socket;
  readonly #events: ClientEvents;
  /** What has come of a message that is not whole yet. */
  #rest: Buffer | undefined;
  #upgraded = false;

  constructor(index: number, { port, path, from, format = "v1" }: ClientOptions, events: ClientEvents) {
    this.index = index;
    this.#events = events;
    const onread = {
      buffer: shared,
      callback: (count: number) => {
        this.#read(count);
        return true;
      },
    };
    this.#socket = connect({ host: "127.0.0.1", port, localAddress: from, noDelay: true, onread });
    const offer = format === "batch" ? "Sec-WebSocket-Protocol: greenroom.v1.batch\r\n" : "";
    this.#socket.write(
      `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
        `Sec-WebSocket-Key: ${KEY}\r\nSec-WebSocket-Version: 13\r\n${offer}\r\n`,
    );
    this.#socket.on("error", () => undefined); // "close" follows
    this.#socket.on("close", () => events.ended(this));
  }

  /** Sends a frame that was made by `frame()`. */
  send(whole: Buffer): void {
    this.#socket.write(whole);
  }

  /** Begins the closing handshake; the server ends the connection. */
  close(): void {
    this.#socket.write(frame(Buffer.of(3, 232), CLOSE));
  }

  /** Cuts the connection. */
  cut(): void {
    this.#socket.destroy();
  }

  #read(count: number): void {
    let bytes = shared;
    let end = count;
    if (this.#rest !== undefined) {
      bytes = Buffer.concat([this.#rest, shared.subarray(0, count)]);
      end = bytes.length;
      this.#rest = undefined;
    }
    const at = this.#upgraded ? this.#frames(bytes, 0, end) : this.#upgrade(bytes, end);
    if (at < end) this.#rest = Buffer.from(bytes.subarray(at, end));
  }

  #upgrade(bytes: Buffer, end: number): number {
    const head = bytes.subarray(0, end).indexOf("\r\n\r\n");
    if (head < 0) return 0;
    const status = bytes.toString("latin1", 9, 12);
    if (status !== "101") throw new Error(`Cannot upgrade: ${bytes.toString("latin1", 0, Math.min(end, 300))}`);
    this.#upgraded = true;
    return this.#frames(bytes, head + 4, end);
  }

  /** Takes whole frames; answers where the first that is not whole begins. */
  #frames(bytes: Buffer, start: number, end: number): number {
    let at = start;
    while (end - at >= 2) {
      const short = (bytes[at + 1] as number) & 127;
      const head = short < 126 ? 2 : short === 126 ? 4 : 10;
      if (end - at < head) break;
      const length =
        short < 126 ? short : short === 126 ? bytes.readUInt16BE(at + 2) : Number(bytes.readBigUInt64BE(at + 2));
      if (end - at < head + length) break;
      const opcode = (bytes[at] as number) & 15;
      const from = at + head;
      at = from + length;
      if (opcode === TEXT) this.#events.text(this, bytes, from, at);
      else if (opcode === PING) this.send(frame(Buffer.from(bytes.subarray(from, at)), PONG));
    }
    return at;
  }
}

/**
 * A whole client frame. Its mask is four zeroes (RFC 6455 §5.3 leaves the key to the client), so that its payload can be
 * changed in place.
 */
export function frame(payload: Buffer | string, opcode = TEXT): Buffer {
  const body = typeof payload === "string" ? Buffer.from(payload) : payload;
  const head = body.length < 126 ? Buffer.alloc(6) : Buffer.alloc(8);
  head[0] = 0x80 | opcode;
  if (body.length < 126) head[1] = 0x80 | body.length;
  else {
    head[1] = 0x80 | 126;
    head.writeUInt16BE(body.length, 2);
  }
  return Buffer.concat([head, body]);
}
