import { createClient } from "@redis/client";
import type { Clock } from "../../actors/kernel/mod.ts";
import type { Script } from "./script.ts";
import { NotDone, refuses, Unanswered, wordsOf } from "./trouble.ts";

/** What Redis answers. */
export type Reply = string | number | null | readonly Reply[];

/** What a line is opened with. */
export interface LineOptions {
  readonly url: string;
  /** The certificates that one of Redis's must go back to, as PEM; those that the system trusts when left out. */
  readonly ca?: string | undefined;
  readonly clock: Clock;
  /** How long any answer is waited for in ms. */
  readonly timeoutMs: number;
  /** What Redis is to have before it is asked for it. */
  readonly scripts: readonly Script[];
  readonly ended: (line: Line, reason: string) => void;
}

interface Waiting {
  readonly since: number;
  readonly reject: (error: Error) => void;
}

/** How much may be asked for that is not answered yet, in commands and in UTF-16 units. */
const UNDER_WAY = 20_000;
const UNDER_WAY_UNITS = 64 * 1024 ** 2;

/**
 * One connection to one run of Redis, from its beginning to its end; another one comes after it. Answers and what is heard
 * of channels come in one order. Where an answer does not come in time, the line is cut, and with it all that waits.
 */
export class Line {
  readonly #options: LineOptions;
  readonly #client: ReturnType<typeof createClient>;
  /** In the order in which they were asked, which is that of their answers. */
  readonly #waiting = new Set<Waiting>();
  #units = 0;
  #open = true;
  #takeBack: (() => void) | undefined;

  /** Resolves with the line and what Redis says of itself; rejects where none comes about in time. */
  static async open(options: LineOptions): Promise<{ readonly line: Line; readonly info: string }> {
    const line = new Line(options);
    try {
      await line.#within(line.#client.connect(), 0);
      const [info] = await Promise.all([
        line.send(["INFO"]),
        ...options.scripts.map(({ text }) => line.send(["SCRIPT", "LOAD", text])),
      ]);
      return { line, info: String(info) };
    } catch (error) {
      line.#cut(wordsOf(error));
      throw error;
    }
  }

  private constructor(options: LineOptions) {
    this.#options = options;
    const { url, ca, timeoutMs } = options;
    // The client's own ways to wait, queue and come back are off: what was asked on one line is never said on another.
    this.#client = createClient({
      url,
      RESP: 3,
      disableOfflineQueue: true,
      disableClientInfo: true,
      maintNotifications: "disabled",
      socket: { reconnectStrategy: false, connectTimeout: timeoutMs, ...(ca !== undefined && { tls: true, ca }) },
    });
    this.#client.on("error", (error: unknown) => this.#cut(wordsOf(error)));
    this.#client.on("end", () => this.#cut("the connection has ended"));
    this.#watch();
  }

  /** Whether it has not ended yet. */
  get open(): boolean {
    return this.#open;
  }

  send(args: readonly string[]): Promise<Reply> {
    if (!this.#open) return Promise.reject(new NotDone("the connection has ended"));
    let units = 0;
    for (const arg of args) units += arg.length;
    if (this.#waiting.size >= UNDER_WAY || this.#units + units > UNDER_WAY_UNITS) {
      return Promise.reject(new NotDone("too much is under way"));
    }
    return this.#within(this.#client.sendCommand<Reply>(args as string[]), units);
  }

  async run({ text, sha }: Script, keys: readonly string[], args: readonly string[]): Promise<Reply> {
    const rest = [String(keys.length), ...keys, ...args];
    try {
      return await this.send(["EVALSHA", sha, ...rest]);
    } catch (error) {
      // Somebody had Redis forget all scripts.
      if (error instanceof NotDone && error.message.startsWith("NOSCRIPT")) return this.send(["EVAL", text, ...rest]);
      throw error;
    }
  }

  subscribe(channel: string, onMessage: (message: string) => void): void {
    if (!this.#open) return;
    this.#within(this.#client.subscribe(channel, onMessage), channel.length).catch((error: unknown) => {
      // It may not: a node that hears nothing is none.
      if (error instanceof NotDone) this.#cut(wordsOf(error));
    });
  }

  unsubscribe(channel: string): void {
    if (this.#open) this.#within(this.#client.unsubscribe(channel), channel.length).catch(ignored);
  }

  close(): void {
    this.#cut("it was closed");
  }

  #within<T>(answer: Promise<T>, units: number): Promise<T> {
    return new Promise((resolve, reject) => {
      const waiting: Waiting = { since: this.#options.clock.now(), reject };
      this.#waiting.add(waiting);
      this.#units += units;
      const done = (): boolean => {
        this.#units -= units;
        return this.#waiting.delete(waiting);
      };
      answer.then(
        (reply) => void (done() && resolve(reply)),
        (error: unknown) => {
          if (!done()) return;
          const words = wordsOf(error);
          reject(refuses(error) ? new NotDone(words) : new Unanswered(words));
          // Another has taken its place, and may be found under the same name by now.
          if (words.startsWith("READONLY")) this.#cut("it has become a replica");
          if (words.startsWith("MOVED")) this.#cut("another node of the Cluster has taken its place");
        },
      );
    });
  }

  /** Looks at the one that has waited longest. */
  #watch(again = false): void {
    const { clock, timeoutMs } = this.#options;
    const dueMs = clock.now() + timeoutMs / 10;
    this.#takeBack = clock.alarm(dueMs, () => {
      const nowMs = clock.now();
      const [longest] = this.#waiting;
      // Where it was this process that stood still, the answer may have come, and is read first.
      if (!again && nowMs - dueMs > timeoutMs / 2) this.#watch(true);
      else if (longest !== undefined && nowMs - longest.since >= timeoutMs) {
        this.#cut(`no answer within ${timeoutMs} ms`);
      } else this.#watch();
    });
  }

  #cut(reason: string): void {
    if (!this.#open) return;
    this.#open = false;
    this.#takeBack?.();
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const { reject } of waiting) reject(new Unanswered(reason));
    try {
      this.#client.destroy();
    } catch {
      // It has ended by itself.
    }
    this.#options.ended(this, reason);
  }
}

function ignored(): void {}
