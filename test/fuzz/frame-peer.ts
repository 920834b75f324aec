import * as v from "valibot";
import { type EventType, eventSchemas } from "../../src/actors/wire/mod.ts";
import { type Frame, frame, openRaw, type RawSocket } from "../contract/raw.ts";
import { bytesOf, type FrameRun } from "./frame-runs.ts";
import { verdictOf } from "./frame-verdict.ts";

/** What a peer sends frames to. */
export interface FramePeerOptions {
  readonly port: number;
  /** Whether the server is as strict as RFC 6455; see `verdictOf`. */
  readonly strict: boolean;
  readonly report: (what: string) => void;
}

const HANG_MS = 10_000;
const LOST = 1006;

/** A client that sends frames as they are, over one connection for as long as that lasts, and judges what becomes of it. */
export class FramePeer {
  readonly #options: FramePeerOptions;
  #raw: RawSocket | undefined;
  #fences = 0;

  constructor(options: FramePeerOptions) {
    this.#options = options;
  }

  async send(run: FrameRun): Promise<void> {
    const { strict, report } = this.#options;
    const raw = await this.#connected();
    const verdict = verdictOf(run, { strict });
    raw.write(bytesOf(run));
    try {
      if (verdict.type === "open" && verdict.whole) return await this.#fence(raw);
      if (verdict.type === "ends") await this.#ends(raw, verdict.codes);
      else await this.#letGo(raw);
    } catch (error) {
      report(`${error instanceof Error ? error.message : String(error)}, where it should be ${spell(verdict)}`);
    }
    this.end();
  }

  end(): void {
    this.#raw?.reset();
    this.#raw = undefined;
  }

  async #connected(): Promise<RawSocket> {
    if (this.#raw !== undefined) return this.#raw;
    const raw = await openRaw(this.#options.port);
    const answer = await raw.upgrade("/ws");
    if (answer?.status !== 101) throw new Error(`Cannot upgrade: ${answer?.status ?? "the socket was dropped"}`);
    this.#raw = raw;
    return raw;
  }

  /** A command behind it is answered. */
  async #fence(raw: RawSocket): Promise<void> {
    this.#fences += 1;
    const id = `fence ${this.#fences}`;
    raw.write(frame(JSON.stringify({ type: "ping", id })));
    for (;;) {
      const next = await raw.frame(HANG_MS);
      if (next === undefined) return this.#broken("the connection was dropped");
      if (next.opcode === 8) return this.#broken(`a close with ${codeOf(next)}`);
      if (this.#read(next) === id) return;
    }
  }

  async #ends(raw: RawSocket, codes: readonly number[]): Promise<void> {
    for (;;) {
      const next = await raw.frame(HANG_MS);
      const code = next === undefined ? LOST : next.opcode === 8 ? codeOf(next) : undefined;
      if (next !== undefined && code === undefined) this.#read(next);
      // It may be dropped: a server that ends a connection with bytes unread resets it (RFC 9293 §3.6.1).
      if (code !== undefined && code !== LOST && !codes.includes(code)) return this.#broken(`a close with ${code}`);
      if (code !== undefined) return;
    }
  }

  /** The peer says that it is done: the server may say what it likes, and must let go of the connection. */
  async #letGo(raw: RawSocket): Promise<void> {
    raw.socket.end();
    await raw.ended(HANG_MS);
  }

  /** Holds a frame of the server to RFC 6455 and to its schema; returns the `id` of its event. */
  #read({ fin, opcode, payload }: Frame): unknown {
    if (opcode === 9 || opcode === 10) return;
    if (!fin || opcode !== 1) return this.#options.report(`a frame with opcode ${opcode}`);
    const event = JSON.parse(payload.toString()) as {
      readonly type: EventType;
      readonly id?: unknown;
      readonly code?: unknown;
    };
    if (
      !Object.hasOwn(eventSchemas, event.type) ||
      !v.is(eventSchemas[event.type], event) ||
      event.code === "internal"
    ) {
      this.#options.report(`an event that is none: ${payload.toString().slice(0, 200)}`);
    }
    return event.id;
  }

  #broken(what: string): void {
    this.#options.report(`${what} that nothing asked for`);
    this.end();
  }
}

function codeOf({ payload }: Frame): number {
  return payload.length < 2 ? 1005 : payload.readUInt16BE(0);
}

function spell(verdict: object): string {
  return JSON.stringify(verdict);
}
