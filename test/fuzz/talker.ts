import { WebSocket } from "ws";
import { AnswerLedger } from "./answer-ledger.ts";
import { expectationsOf } from "./expectation.ts";

/** What a talker talks to, and how. */
export interface TalkerOptions {
  readonly url: string;
  readonly form: "v1" | "batch";
  /** Whether the server holds it to its rates: then it may be closed for flooding. */
  readonly rates: boolean;
  /** Hears of everything that the server should not have done, with the text that came last before it. */
  readonly report: (what: string) => void;
}

/** A text frame, and what must come of it. */
interface Framed {
  readonly text: string;
  readonly expected: ReturnType<typeof expectationsOf>;
}

/** An answer that takes longer than this does not come at all. */
const HANG_MS = 15_000;
const FLOODING = 4429;
const LOST = 1006;

/** A client that says whatever it is given, and holds the server to an answer for each. */
export class Talker {
  readonly #options: TalkerOptions;
  #socket: WebSocket | undefined;
  #ledger: AnswerLedger;
  #fences = 0;
  #look: (() => void) | undefined;
  #fenced = false;
  /** What it was closed with; `undefined` while it is open. */
  #code: number | undefined;

  constructor(options: TalkerOptions) {
    this.#options = options;
    this.#ledger = new AnswerLedger(options.rates);
  }

  /** Says all of it, each text a command of its own, and waits until everything is answered. */
  async say(texts: readonly string[]): Promise<void> {
    // What is no UTF-16 becomes U+FFFD on its way into UTF-8.
    const frames = this.#framed(texts.map((text) => text.toWellFormed())).map((text) => ({
      text,
      expected: expectationsOf(text, this.#options.form),
    }));
    // Nothing is read behind a frame that the connection is closed for: what stands there is said on the next one.
    for (let from = 0; from < frames.length; ) {
      const closing = frames.findIndex(({ expected }, at) => at >= from && "close" in expected);
      const to = closing < 0 ? frames.length : closing + 1;
      await this.#sayOn(frames.slice(from, to));
      from = to;
    }
  }

  /** Says what goes on one connection. */
  async #sayOn(frames: readonly Framed[]): Promise<void> {
    let closes: number | undefined;
    await this.#connected();
    this.#ledger.nextBlock();
    for (const { text, expected } of frames) {
      if ("close" in expected) closes = expected.close;
      else for (const expectation of expected) this.#ledger.expect(expectation);
      this.#socket?.send(text);
    }
    await (closes === undefined ? this.#answered() : this.#closed(closes));
  }

  end(): void {
    this.#socket?.terminate();
    this.#socket = undefined;
  }

  /** In a batch, texts that are JSON go together, and each of the others in a frame of its own. */
  #framed(texts: readonly string[]): readonly string[] {
    if (this.#options.form === "v1") return texts;
    const frames: string[] = [];
    let together: string[] = [];
    const flush = (): void => {
      if (together.length > 0) frames.push(`[${together.join(",")}]`);
      together = [];
    };
    for (const text of texts) {
      if (isJson(text) && text.length < 1_000) together.push(text);
      else {
        flush();
        frames.push(text);
      }
      if (together.length >= 64) flush();
    }
    flush();
    return frames;
  }

  async #connected(): Promise<void> {
    if (this.#socket?.readyState === WebSocket.OPEN) return;
    const { url, form, rates, report } = this.#options;
    const protocol = form === "batch" ? "greenroom.v1.batch" : "greenroom.v1";
    const socket = new WebSocket(url, [protocol], { perMessageDeflate: false, handshakeTimeout: HANG_MS });
    const ledger = new AnswerLedger(rates);
    this.#socket = socket;
    this.#ledger = ledger;
    socket.on("message", (data: Buffer, binary: boolean) => {
      if (binary) return report(`a binary frame of ${data.length} bytes`);
      for (const event of [JSON.parse(data.toString()) as unknown].flat()) this.#take(ledger, event);
      this.#look?.();
    });
    this.#code = undefined;
    socket.on("close", (code) => {
      if (this.#socket === socket) this.#code = code;
      this.#look?.();
    });
    await new Promise<void>((resolve, reject) => {
      socket.once("open", resolve);
      socket.on("error", reject);
    });
  }

  #take(ledger: AnswerLedger, event: unknown): void {
    const { id, type } = (event ?? {}) as { readonly id?: unknown; readonly type?: unknown };
    if (id === `fence ${this.#fences}` && (type === "pong" || type === "error")) {
      this.#fenced = true;
      return;
    }
    const broken = ledger.receive(event);
    if (broken !== undefined) this.#options.report(broken);
  }

  /** Resolves once every answer that must come has come, and whatever the server had to say at once. */
  async #answered(): Promise<void> {
    const { rates, report } = this.#options;
    this.#fences += 1;
    this.#fenced = false;
    this.#socket?.send(JSON.stringify({ type: "ping", id: `fence ${this.#fences}` }));
    const done = await this.#until(() => this.#fenced && this.#ledger.due === 0);
    if (done) return;
    const code = this.#code;
    if (rates && (code === FLOODING || code === LOST)) return this.end();
    if (code !== undefined) report(`a close with ${code} that nothing asked for`);
    else report(`no answer within ${HANG_MS} ms: ${this.#ledger.unanswered.slice(0, 5).join("; ") || "to the fence"}`);
    this.end();
  }

  async #closed(wanted: number): Promise<void> {
    const { rates, report } = this.#options;
    await this.#until(() => this.#code !== undefined);
    const code = this.#code;
    // A server that closes with bytes unread resets the connection, and its close can be lost by that (RFC 9293 §3.6.1).
    if (code !== wanted && code !== LOST && !(rates && code === FLOODING))
      report(`a close with ${code}, not ${wanted}`);
    this.end();
  }

  /** Whether it came to this before the connection ended and within the time to hang. */
  #until(done: () => boolean): Promise<boolean> {
    return new Promise((resolve) => {
      const stop = (result: boolean): void => {
        clearTimeout(deadline);
        this.#look = undefined;
        resolve(result);
      };
      const deadline = setTimeout(() => stop(false), HANG_MS);
      this.#look = () => {
        if (done()) stop(true);
        else if (this.#code !== undefined) stop(false);
      };
      this.#look();
    });
  }
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
