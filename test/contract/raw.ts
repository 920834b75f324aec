import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { createConnection, type Socket } from "node:net";
import { outOfPatience } from "./patience.ts";
import { leaksIn } from "./watchword.ts";

/** A frame as it went over the wire (RFC 6455 section 5.2). */
export interface Frame {
  readonly fin: boolean;
  readonly opcode: number;
  readonly payload: Buffer;
}

/** An HTTP answer, read by hand. */
export interface Answer {
  readonly status: number;
  readonly headers: ReadonlyMap<string, string>;
  /** As much of the body as came with it, or all of it where its length was given. */
  readonly body: string;
}

/** How a frame departs from a good final text frame. */
export interface FrameOptions {
  readonly opcode?: number;
  readonly fin?: boolean;
  readonly masked?: boolean;
  /** Reserved bits, 0 to 7. */
  readonly reserved?: number;
}

/** A TCP connection that speaks HTTP and WebSocket by hand, well or badly. */
export interface RawSocket {
  readonly socket: Socket;
  write(bytes: string | Buffer): void;
  /** Reads one HTTP answer; `undefined` where the connection ends without one. */
  answer(withinMs?: number): Promise<Answer | undefined>;
  /** Sends a good handshake and reads its answer. */
  upgrade(path?: string, headers?: readonly string[]): Promise<Answer | undefined>;
  /** Reads one frame; `undefined` where the connection ends first. */
  frame(withinMs?: number): Promise<Frame | undefined>;
  /** Reads frames until one says close, and resolves with its code: 1005 for none, 1006 where the connection just ends. */
  closeCode(withinMs?: number): Promise<number>;
  /** Resolves when the connection has ended in any way. */
  ended(withinMs?: number): Promise<void>;
  /** Ends it with a RST packet. */
  reset(): void;
  destroy(): void;
}

const deadlineMs = 10_000;

/** A good handshake's text, or one with other headers. */
export function handshake(path = "/ws", headers: readonly string[] = goodHeaders()): string {
  return `GET ${path} HTTP/1.1\r\n${headers.join("\r\n")}\r\n\r\n`;
}

/** The headers of a good handshake; those named in `without` are left out. */
export function goodHeaders(...without: readonly string[]): string[] {
  const headers = [
    "Host: 127.0.0.1",
    "Connection: Upgrade",
    "Upgrade: websocket",
    "Sec-WebSocket-Version: 13",
    `Sec-WebSocket-Key: ${randomBytes(16).toString("base64")}`,
  ];
  return headers.filter((header) => !without.some((name) => header.startsWith(`${name}:`)));
}

/** A client frame. */
export function frame(
  payload: string | Buffer,
  { opcode = 1, fin = true, masked = true, reserved = 0 }: FrameOptions = {},
): Buffer {
  const bytes = Buffer.from(payload);
  const first = (fin ? 0x80 : 0) | (reserved << 4) | opcode;
  const maskBit = masked ? 0x80 : 0;
  let head: Buffer;
  if (bytes.length < 126) head = Buffer.from([first, maskBit | bytes.length]);
  else if (bytes.length < 65_536) head = Buffer.from([first, maskBit | 126, bytes.length >> 8, bytes.length & 0xff]);
  else {
    head = Buffer.alloc(10);
    head[0] = first;
    head[1] = maskBit | 127;
    head.writeBigUInt64BE(BigInt(bytes.length), 2);
  }
  if (!masked) return Buffer.concat([head, bytes]);
  const mask = randomBytes(4);
  for (let at = 0; at < bytes.length; at++) bytes[at] = (bytes[at] as number) ^ (mask[at & 3] as number);
  return Buffer.concat([head, mask, bytes]);
}

/** A close frame with a code and a reason. */
export function closeFrame(code: number, reason: string | Buffer = ""): Buffer {
  return frame(Buffer.concat([Buffer.from([code >> 8, code & 0xff]), Buffer.from(reason)]), { opcode: 8 });
}

/** Opens a TCP connection to the server, from another address of this machine (127.0.0.0/8) where one is given. */
export async function openRaw(port: number, localAddress = "127.0.0.1"): Promise<RawSocket> {
  const socket = createConnection({ port, host: "127.0.0.1", localAddress, noDelay: true });
  await once(socket, "connect");
  let unread: Buffer = Buffer.alloc(0);
  let over = false;
  let look = (): void => {};
  socket.on("data", (chunk: Buffer) => {
    unread = Buffer.concat([unread, chunk]);
    look();
  });
  socket.on("error", () => {
    // The server may end it as it likes; `close` follows.
  });
  socket.on("close", () => {
    over = true;
    look();
  });

  /** Waits until `read` yields something; resolves with `undefined` once nothing more can come. */
  function until<T>(read: () => T | undefined, what: string, withinMs = deadlineMs): Promise<T | undefined> {
    return new Promise((resolve, reject) => {
      const callOff = outOfPatience(withinMs, () => {
        look = () => {};
        reject(new Error(`Cannot read ${what}: nothing within ${withinMs} ms, ${unread.length} bytes unread`));
      });
      look = () => {
        const found = read();
        if (found === undefined && !over) return;
        callOff();
        look = () => {};
        resolve(found);
      };
      look();
    });
  }

  /** A body in chunks (RFC 9112 §7.1) that begins at `from`; `undefined` until its end is here. */
  function takeChunks(from: number): string | undefined {
    let body = "";
    for (let at = from; ; ) {
      const line = unread.indexOf("\r\n", at);
      if (line < 0) return undefined;
      const size = Number.parseInt(unread.subarray(at, line).toString("latin1"), 16);
      const next = line + 2 + size + 2;
      if (unread.length < next) return undefined;
      body += unread.subarray(line + 2, line + 2 + size).toString();
      at = next;
      if (size > 0) continue;
      unread = unread.subarray(at);
      return body;
    }
  }

  function takeAnswer(): Answer | undefined {
    const end = unread.indexOf("\r\n\r\n");
    if (end < 0) return undefined;
    const [first = "", ...lines] = unread.subarray(0, end).toString("latin1").split("\r\n");
    const headers = new Map(
      lines.map((line) => [line.slice(0, line.indexOf(":")).toLowerCase(), line.slice(line.indexOf(":") + 1).trim()]),
    );
    const status = Number(first.split(" ")[1]);
    if (headers.get("transfer-encoding") === "chunked") {
      const body = takeChunks(end + 4);
      return body === undefined ? undefined : { status, headers, body };
    }
    const bytes = status === 101 ? 0 : Number(headers.get("content-length") ?? 0);
    if (unread.length < end + 4 + bytes && !over) return undefined;
    const body = unread.subarray(end + 4, end + 4 + bytes).toString();
    unread = unread.subarray(end + 4 + bytes);
    return { status, headers, body };
  }

  function takeFrame(): Frame | undefined {
    if (unread.length < 2) return undefined;
    const short = (unread[1] as number) & 0x7f;
    const headBytes = short < 126 ? 2 : short === 126 ? 4 : 10;
    if (unread.length < headBytes) return undefined;
    const bytes = short < 126 ? short : short === 126 ? unread.readUInt16BE(2) : Number(unread.readBigUInt64BE(2));
    if (unread.length < headBytes + bytes) return undefined;
    const first = unread[0] as number;
    const payload = unread.subarray(headBytes, headBytes + bytes);
    unread = unread.subarray(headBytes + bytes);
    return { fin: (first & 0x80) !== 0, opcode: first & 0x0f, payload };
  }

  async function answer(withinMs?: number): Promise<Answer | undefined> {
    const found = await until(takeAnswer, "an HTTP answer", withinMs);
    const leaks = found === undefined ? [] : leaksIn([...found.headers, found.body].join("\n"));
    if (leaks.length > 0) throw new Error(`Cannot let this pass: the answer holds ${leaks.join(", ")}`);
    return found;
  }
  const write = (bytes: string | Buffer): void => void (socket.writable && socket.write(bytes));
  return {
    socket,
    write,
    answer,
    upgrade(path, headers) {
      write(handshake(path, headers));
      return answer();
    },
    frame: (withinMs) => until(takeFrame, "a frame", withinMs),
    async closeCode(withinMs = deadlineMs) {
      const untilMs = performance.now() + withinMs;
      for (;;) {
        const next = await until(takeFrame, "a close frame", Math.max(1, untilMs - performance.now()));
        if (next === undefined) return 1006;
        if (next.opcode === 8) return next.payload.length < 2 ? 1005 : next.payload.readUInt16BE(0);
      }
    },
    async ended(withinMs) {
      await until(
        () => {
          unread = Buffer.alloc(0);
          return undefined;
        },
        "the end of the connection",
        withinMs,
      );
    },
    reset: () => socket.resetAndDestroy(),
    destroy: () => socket.destroy(),
  };
}
