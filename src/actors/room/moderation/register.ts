import type { Json } from "../../wire/mod.ts";
import type { Change, Records, Stored } from "../records.ts";
import { unreadable } from "./sanction.ts";

/** What a register was found to hold: all of it, or what has changed since it was read last. */
export interface Reading {
  /** Rises with each change that was completed; 0 where there has been none. */
  readonly version: number;
  readonly serial: number;
  readonly whole: boolean;
  /** By name; a name without a value has been taken out. */
  readonly values: ReadonlyMap<string, Json | undefined>;
  /** How many names had been said to have ended when it was begun. */
  readonly ends: number;
}

/** The stamp of a register: how many changes there have been, and which names the last of them were about. */
interface Stamp {
  readonly serial: number;
  readonly last: readonly string[];
}

/** Makes a name's new value of its present one; `undefined` takes it out. */
export type Update = (current: Json | undefined) => Json | undefined;

/** So many names of changes are kept; a reader who has missed more reads everything. */
const LAST = 32;
/** So many may be in each other's way before one gives up. */
const ATTEMPTS = 16;
const PAGE = 1_000;

/**
 * Values by name that every node is to know, in `Records`. Each has a record of its own; a change is complete once it has
 * been put on the stamp, whose version therefore says how much of the register somebody knows: whoever has read what was
 * changed up to a stamp knows everything that was completed before it.
 */
export class Register {
  /** The key of the stamp: what is to be watched. */
  readonly topic: string;
  readonly #records: Records;
  readonly #prefix: string;
  readonly #values = new Map<string, Json>();
  /** Names that may have come to their end, to be looked at with the next reading. */
  readonly #ending = new Map<string, number>();
  #ends = 0;
  #version = 0;
  #serial = 0;

  constructor(records: Records, topic: string) {
    this.#records = records;
    this.topic = topic;
    this.#prefix = `${topic} `;
  }

  /** How much of the register is known here. */
  get version(): number {
    return this.#version;
  }

  get size(): number {
    return this.#values.size;
  }

  get(name: string): Json | undefined {
    return this.#values.get(name);
  }

  entries(): Iterable<[string, Json]> {
    return this.#values;
  }

  /** What has changed by a notice of the records: the register itself, a name in it that has ended, or neither. */
  concern({ key, stored }: Change): "change" | "end" | undefined {
    if (key === this.topic) return "change";
    if (stored !== undefined || !key.startsWith(this.#prefix)) return undefined;
    const name = key.slice(this.#prefix.length);
    if (!this.#values.has(name)) return undefined;
    this.#ends += 1;
    this.#ending.set(name, this.#ends);
    return "end";
  }

  /** Whether something has to be looked at again. */
  get isOwing(): boolean {
    return this.#ending.size > 0;
  }

  /** Reads what is not known here yet. */
  async read(): Promise<Reading> {
    const since = this.#serial;
    const ends = this.#ends;
    // Of a register that nobody knows yet, it is looked at once whether it is new or damaged.
    const [stored, isNew] = await Promise.all([this.#records.get(this.topic), since > 0 || this.#isNew()]);
    if (stored === undefined) {
      if (!isNew || (since > 0 && !(await this.#isNew()))) {
        throw new Error("Cannot read a register: its stamp is damaged");
      }
      return { version: 0, serial: 0, whole: since === 0, values: new Map(), ends };
    }
    const { serial, last } = stampOf(stored);
    const missed = serial - since;
    const head = { version: stored.version, serial, ends };
    if (missed < 0 || missed > last.length || since === 0) return { ...head, whole: true, values: await this.#all() };
    const names = [...new Set([...last.slice(last.length - missed), ...this.#ending.keys()])];
    const found = await Promise.all(names.map((name) => this.#records.get(this.#prefix + name)));
    return { ...head, whole: false, values: new Map(names.map((name, at) => [name, found[at]?.value])) };
  }

  /** Takes what was read; answers the names that have changed by it. An older reading than the present one changes nothing. */
  take({ version, serial, whole, values, ends }: Reading): readonly string[] {
    if (version < this.#version) return [];
    for (const [name, end] of this.#ending) if (end <= ends) this.#ending.delete(name);
    this.#version = version;
    this.#serial = serial;
    const gone = whole ? [...this.#values.keys()].filter((name) => !values.has(name)) : [];
    const changed = [...values].filter(([name, value]) => JSON.stringify(value) !== JSON.stringify(this.get(name)));
    for (const [name, value] of changed) {
      if (value === undefined) this.#values.delete(name);
      else this.#values.set(name, value);
    }
    for (const name of gone) this.#values.delete(name);
    return [...changed.map(([name]) => name), ...gone];
  }

  /** Forgets a name here alone: its time is over. */
  forget(name: string): void {
    this.#values.delete(name);
  }

  /** Changes one value, for as long as `ttlMs`; answers the version that knows of it. */
  async write(name: string, update: Update, ttlMs?: number): Promise<number> {
    await this.#put(this.#prefix + name, update, ttlMs);
    return this.#put(this.topic, (current) => {
      const { serial, last } = current === undefined ? { serial: 0, last: [] } : (current as unknown as Stamp);
      return { serial: serial + 1, last: [...last, name].slice(-LAST) };
    });
  }

  /** Whether no stamp is there: one that is damaged reads as none, and nobody could tell by it what holds. A change mends it. */
  async #isNew(): Promise<boolean> {
    const { damaged = [] } = await this.#records.list(this.topic, { limit: 1 });
    return !damaged.includes(this.topic);
  }

  async #put(key: string, update: Update, ttlMs?: number): Promise<number> {
    let current = await this.#records.get(key);
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      const value = update(current?.value);
      const expected = current?.version ?? 0;
      const options = ttlMs === undefined ? { expected } : { expected, ttlMs };
      const outcome =
        value === undefined
          ? await this.#records.delete(key, { expected })
          : await this.#records.put(key, value, options);
      if (outcome.type === "done") return outcome.version;
      current = outcome.current;
    }
    throw new Error(`Cannot change ${key}: too many change it at once`);
  }

  async #all(): Promise<ReadonlyMap<string, Json>> {
    const values = new Map<string, Json>();
    let after: string | undefined = this.#prefix;
    while (after !== undefined) {
      const { records, next, damaged = [] } = await this.#records.list(this.#prefix, { limit: PAGE, after });
      for (const { key, value } of records) values.set(key.slice(this.#prefix.length), value);
      for (const key of damaged) values.set(key.slice(this.#prefix.length), unreadable(key.slice(this.#prefix.length)));
      after = next;
    }
    return values;
  }
}

function stampOf({ value }: Stored): Stamp {
  return value as unknown as Stamp;
}
