import type { Clock } from "../../actors/kernel/mod.ts";
import { Line, type Reply } from "./line.ts";
import type { Script } from "./script.ts";
import { NotDone, wordsOf } from "./trouble.ts";
import { Whereabouts } from "./whereabouts.ts";

/** What a connection is kept with. */
export interface ConnectionOptions {
  readonly url: string;
  readonly ca?: string | undefined;
  /** A key that is there where all others are, on a Cluster. */
  readonly key: string;
  readonly clock: Clock;
  readonly random: () => number;
  readonly timeoutMs: number;
  readonly scripts: readonly Script[];
  /** There is a line, for the first time or again, and Redis says this of itself; where it throws, the line is cut. */
  readonly came: (info: string, line: Line) => Promise<void>;
  readonly went: (reason: string) => void;
}

/** How long to wait before the first attempt to come back, and at most, in ms. */
const FIRST_MS = 50;
const LAST_MS = 2_000;

/** Keeps a line to Redis, and channels subscribed on whichever line there is. */
export class Connection {
  readonly #options: ConnectionOptions;
  readonly #whereabouts: Whereabouts;
  readonly #channels = new Map<string, Set<(message: string) => void>>();
  #line: Line | undefined;
  #closed = false;
  #attempts = 0;
  #takeBack: (() => void) | undefined;

  constructor(options: ConnectionOptions) {
    this.#options = options;
    this.#whereabouts = new Whereabouts(options.url);
  }

  /** Resolves once there is a line; rejects where the first attempt fails, and makes no other. */
  async open(): Promise<void> {
    const { ca, key, clock, timeoutMs, scripts, came } = this.#options;
    const ended = (line: Line, why: string): void => this.#ended(line, why);
    const { line, info } = await this.#whereabouts.reach(key, (url) =>
      Line.open({ url, ca, clock, timeoutMs, scripts, ended }),
    );
    try {
      await came(info, line);
      if (this.#closed || !line.open) throw new Error("the connection has ended");
    } catch (error) {
      line.close();
      throw error;
    }
    this.#attempts = 0;
    this.#whereabouts.found();
    this.#line = line;
    for (const channel of this.#channels.keys()) this.#listen(channel);
  }

  /** Has a script run; rejects with `NotDone` or `Unanswered`. */
  run(script: Script, keys: readonly string[], args: readonly string[]): Promise<Reply> {
    return this.#line?.run(script, keys, args) ?? Promise.reject(new NotDone("Redis is not reached"));
  }

  /** Says something to a channel, where there is a line. */
  publish(channel: string, message: string): void {
    this.#line?.send(["PUBLISH", channel, message]).catch(() => undefined);
  }

  /** Has `onMessage` called with what is said to a channel while there is a line; answers how to end it. */
  subscribe(channel: string, onMessage: (message: string) => void): () => void {
    const present = this.#channels.get(channel);
    const listeners = present ?? new Set();
    listeners.add(onMessage);
    if (present === undefined) {
      this.#channels.set(channel, listeners);
      this.#listen(channel);
    }
    return () => {
      if (!listeners.delete(onMessage) || listeners.size > 0) return;
      this.#channels.delete(channel);
      this.#line?.unsubscribe(channel);
    };
  }

  close(): void {
    this.#closed = true;
    this.#takeBack?.();
    this.#channels.clear();
    this.#line?.close();
  }

  #listen(channel: string): void {
    this.#line?.subscribe(channel, (message) => {
      for (const onMessage of this.#channels.get(channel) ?? []) onMessage(message);
    });
  }

  #ended(line: Line, reason: string): void {
    if (line !== this.#line) return;
    this.#line = undefined;
    if (this.#closed) return;
    this.#options.went(reason);
    this.#comeBack();
  }

  #comeBack(): void {
    const { clock, random, went } = this.#options;
    if (this.#closed) return;
    const waitMs = Math.min(LAST_MS, FIRST_MS * 2 ** this.#attempts) * (0.5 + random() / 2);
    this.#attempts += 1;
    this.#takeBack = clock.alarm(clock.now() + waitMs, () => {
      this.open().catch((error: unknown) => {
        went(wordsOf(error));
        this.#comeBack();
      });
    });
  }
}
