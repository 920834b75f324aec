import type { Clock } from "../../actors/kernel/mod.ts";
import type { Change, PutOptions, PutOutcome, Records, RecordsPage, Stored, Watch } from "../../actors/room/records.ts";
import type { Json } from "../../actors/wire/mod.ts";
import type { Answered, Broker } from "./broker.ts";
import { escaped } from "./escape.ts";
import { add, expire, get, list, put, remove } from "./record-scripts.ts";
import { storedOf } from "./record-text.ts";
import type { Script } from "./script.ts";
import { Watchers } from "./watchers.ts";

/** How often records that have ended are looked for in ms; whoever does not answer that is gone. */
const SWEEP_MS = 500;

/** Records on Redis, which all nodes share. */
export class RedisRecords implements Records {
  readonly #broker: Broker;
  readonly #clock: Clock;
  readonly #keys: readonly string[];
  readonly #channel: string;
  readonly #watchers: Watchers;
  #takeBack: (() => void) | undefined;
  #closed = false;

  constructor(broker: Broker, clock: Clock) {
    this.#broker = broker;
    this.#clock = clock;
    this.#keys = ["records", "order", "ends", "changed", "gone"].map((what) => broker.name(what));
    this.#channel = broker.channel("changes");
    this.#watchers = new Watchers(broker, { keys: this.#keys, channel: this.#channel });
  }

  /** Resolves once whatever changes is heard of; rejects where Redis does not answer. */
  async open(): Promise<void> {
    await this.#expire();
    this.#arm();
  }

  async get(key: string): Promise<Stored | undefined> {
    const [text] = (await this.#ask("read", get, [escaped(key)])).values as [string];
    return this.#stored(key, text);
  }

  async list(prefix: string, { limit, after }: { limit: number; after?: string }): Promise<RecordsPage> {
    // The prefix itself, or behind a key: whichever comes later, in UTF-16 units as the bytes in Redis have it.
    const behind = after !== undefined && after >= prefix;
    const from = behind ? `(${escaped(after)}` : `[${escaped(prefix)}`;
    const answer = await this.#ask("read", list, [from, escaped(prefix), String(limit + 1)]);
    const [found] = answer.values as [readonly string[]];
    const records: Stored[] = [];
    for (let at = 0; at < found.length && records.length < limit; at += 2) {
      records.push(storedOf(found[at] as string, found[at + 1] as string));
    }
    return { records, next: found.length > 2 * limit ? records.at(-1)?.key : undefined };
  }

  async put(key: string, value: Json, { expected, ttlMs }: PutOptions = {}): Promise<PutOutcome> {
    const args = [escaped(key), JSON.stringify(value), textOf(expected), textOf(ttlMs)];
    return this.#outcome(key, await this.#ask("write", put, args));
  }

  async delete(key: string, { expected }: Pick<PutOptions, "expected"> = {}): Promise<PutOutcome> {
    return this.#outcome(key, await this.#ask("write", remove, [escaped(key), textOf(expected)]));
  }

  async add(key: string, amount: number, { ttlMs }: Pick<PutOptions, "ttlMs"> = {}): Promise<number> {
    const { values } = await this.#ask("write", add, [escaped(key), String(amount), textOf(ttlMs)]);
    this.#watchers.sees(Number(values[1]));
    return Number(values[0]);
  }

  watch(prefix: string, onChange: (change: Change) => void): Watch {
    return this.#watchers.watch(prefix, onChange);
  }

  close(): Promise<void> {
    this.#closed = true;
    this.#takeBack?.();
    this.#watchers.close();
    return Promise.resolve();
  }

  async #ask(what: string, script: Script, args: readonly string[]): Promise<Answered> {
    if (this.#closed) throw new Error(`Cannot ${what}: the records are closed`);
    try {
      return await this.#broker.ask(script, this.#keys, [this.#channel, ...args]);
    } catch (error) {
      throw new Error(`Cannot ${what}: ${(error as Error).message}`, { cause: error });
    }
  }

  #stored(key: string, text: string): Stored | undefined {
    if (text === "") return undefined;
    const stored = storedOf(escaped(key), text);
    this.#watchers.sees(stored.version);
    return stored;
  }

  #outcome(key: string, { values }: Answered): PutOutcome {
    const [type, said] = values as [string, string];
    if (type === "conflict") return { type, current: this.#stored(key, said) };
    this.#watchers.sees(Number(said));
    return { type: "done", version: Number(said) };
  }

  #arm(): void {
    if (!this.#closed) this.#takeBack = this.#clock.alarm(this.#clock.now() + SWEEP_MS, () => void this.#sweep());
  }

  async #sweep(): Promise<void> {
    try {
      while (!this.#closed && (await this.#expire()));
    } catch {
      // What has ended counts as ended all the same; it is taken away the next time.
    }
    this.#arm();
  }

  /** Has some of what has ended taken away; answers whether there may be more. */
  async #expire(): Promise<boolean> {
    const { line } = this.#broker;
    const { values } = await this.#ask("write", expire, []);
    const [left, version] = values as [number, string];
    this.#watchers.answered(Number(version), line);
    return left === 1;
  }
}

function textOf(number: number | undefined): string {
  return number === undefined ? "" : String(number);
}
