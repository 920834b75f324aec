import { frame, openRaw, type RawSocket } from "../contract/raw.ts";

/** Where a flood goes, and what it is made of. */
export interface FloodOptions {
  readonly port: number;
  readonly path: string;
  /** The address it comes from; others' rates are not to be used up. */
  readonly from?: string;
  /** These, over and over. */
  readonly commands: readonly string[];
}

const BLOCK = 500;
/** The `id` of what is said last: its answer says that everything before was read. */
const LAST = "the last of it";
const HANG_MS = 120_000;
/** After so many ms somebody who was not let in tries again. */
const AGAIN_MS = 5;

/**
 * Sends so many commands over one connection, as fast as they are read, and reads what comes of them; resolves once the
 * last is answered. A server that ends the connection, as one must that can't pause its peer, is connected to again.
 */
export async function flood({ port, path, commands }: FloodOptions, count: number): Promise<void> {
  const block = blockOf(commands);
  for (let sent = 0; sent < count; ) {
    const raw = await openRaw(port);
    await raw.upgrade(path);
    const over = answered(raw);
    for (; sent < count && raw.socket.writable; sent += BLOCK) await poured(raw, block);
    raw.write(frame(JSON.stringify({ type: "ping", id: LAST })));
    await over;
  }
}

/** Does the same for so many ms; whenever it is closed, it comes back at once. */
export async function floodFor({ port, path, from, commands }: FloodOptions, ms: number): Promise<void> {
  const block = blockOf(commands);
  const untilMs = performance.now() + ms;
  while (performance.now() < untilMs) {
    const raw = await openRaw(port, from);
    const answer = await raw.upgrade(path);
    if (answer?.status !== 101) {
      raw.destroy();
      await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
      continue;
    }
    const over = answered(raw);
    const cut = setTimeout(() => raw.destroy(), Math.max(0, untilMs - performance.now()));
    while (raw.socket.writable) await Promise.race([poured(raw, block), over]);
    clearTimeout(cut);
    await over;
  }
}

function blockOf(commands: readonly string[]): Buffer {
  return Buffer.concat(Array.from({ length: BLOCK }, (_, at) => frame(commands[at % commands.length] as string)));
}

/** Resolves once the server has taken a block, or has ended the connection. */
function poured(raw: RawSocket, block: Buffer): Promise<void> {
  return new Promise((resolve) => void raw.socket.write(block, () => resolve()));
}

/** Reads and forgets; resolves at the last answer, at a close, or at the connection's end. */
function answered({ socket }: RawSocket): Promise<void> {
  socket.removeAllListeners("data");
  return new Promise((resolve, reject) => {
    const late = (): void => reject(new Error(`Cannot end the flood: no answer within ${HANG_MS} ms`));
    const deadline = setTimeout(late, HANG_MS);
    const stop = (): void => {
      clearTimeout(deadline);
      // Whoever is closed and does not answer is of no interest any more.
      socket.destroy();
      resolve();
    };
    let rest: Buffer = Buffer.alloc(0);
    socket.on("data", (chunk: Buffer) => {
      rest = skim(Buffer.concat([rest, chunk]), (opcode, payload) => {
        if (opcode === 8 || payload.includes(LAST)) stop();
      });
    });
    socket.once("close", stop);
  });
}

/** Reads the whole frames that bytes begin with; returns those behind them. */
function skim(bytes: Buffer, read: (opcode: number, payload: Buffer) => void): Buffer {
  let at = 0;
  for (;;) {
    const short = (bytes[at + 1] ?? 0) & 127;
    const head = short < 126 ? 2 : short === 126 ? 4 : 10;
    if (bytes.length < at + head) return bytes.subarray(at);
    const length =
      short < 126 ? short : short === 126 ? bytes.readUInt16BE(at + 2) : Number(bytes.readBigUInt64BE(at + 2));
    if (bytes.length < at + head + length) return bytes.subarray(at);
    read((bytes[at] ?? 0) & 15, bytes.subarray(at + head, at + head + length));
    at += head + length;
  }
}
