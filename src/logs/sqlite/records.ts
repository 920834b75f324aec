import type { Clock } from "../../actors/kernel/mod.ts";
import type { Change, PutOptions, PutOutcome, Records, RecordsPage, Stored, Watch } from "../../actors/room/records.ts";
import type { Json } from "../../actors/wire/mod.ts";
import type { KeptRecord } from "./exchange.ts";
import { found, type Threads, written } from "./threads.ts";

interface Watcher {
  readonly prefix: string;
  readonly onChange: (change: Change) => void;
}

/** How often records that have ended are looked for in ms. */
const SWEEP_MS = 500;

/** Records in the same database as the entries: their changes share its commits. */
export class SqliteRecords implements Records {
  readonly #threads: Threads;
  readonly #clock: Clock;
  readonly #watchers = new Set<Watcher>();
  #takeBack: (() => void) | undefined;
  #closed = false;

  constructor(threads: Threads, clock: Clock, { ending }: { readonly ending: boolean }) {
    this.#threads = threads;
    this.#clock = clock;
    if (ending) this.#arm();
  }

  async get(key: string): Promise<Stored | undefined> {
    const { record } = await found(this.#threads, { type: "get", key, now: this.#clock.date() }, "got");
    return record && storedOf(record);
  }

  async list(prefix: string, { limit, after }: { limit: number; after?: string }): Promise<RecordsPage> {
    const request = { type: "list", prefix, after, limit, now: this.#clock.date() } as const;
    const { records, next, damaged } = await found(this.#threads, request, "listed");
    return { records: records.map(storedOf), next, ...(damaged.length > 0 && { damaged }) };
  }

  async put(key: string, value: Json, { expected, ttlMs }: PutOptions = {}): Promise<PutOutcome> {
    const now = this.#clock.date();
    const text = JSON.stringify(value);
    const expiresAt = ttlMs === undefined ? null : now + ttlMs;
    const request = { type: "put", key, value: text, expected, expiresAt, now } as const;
    const answer = await written(this.#threads, request, "put", "conflict");
    if (answer.expired) this.#tell({ key, stored: undefined });
    if (answer.type === "conflict") return { type: "conflict", current: answer.current && storedOf(answer.current) };
    this.#changed({ key, value: text, version: answer.version, expiresAt });
    return { type: "done", version: answer.version };
  }

  async delete(key: string, { expected }: Pick<PutOptions, "expected"> = {}): Promise<PutOutcome> {
    const request = { type: "delete", key, expected, now: this.#clock.date() } as const;
    const answer = await written(this.#threads, request, "put", "conflict");
    const existed = answer.type === "put" && answer.existed;
    if (answer.expired || existed) this.#tell({ key, stored: undefined });
    if (answer.type === "conflict") return { type: "conflict", current: answer.current && storedOf(answer.current) };
    return { type: "done", version: answer.version };
  }

  async add(key: string, amount: number, { ttlMs }: Pick<PutOptions, "ttlMs"> = {}): Promise<number> {
    const now = this.#clock.date();
    const expiresAt = ttlMs === undefined ? null : now + ttlMs;
    const { record, expired } = await written(this.#threads, { type: "add", key, amount, expiresAt, now }, "added");
    if (expired) this.#tell({ key, stored: undefined });
    this.#changed(record);
    return JSON.parse(record.value) as number;
  }

  watch(prefix: string, onChange: (change: Change) => void): Watch {
    const watcher = { prefix, onChange };
    this.#watchers.add(watcher);
    return { close: () => void this.#watchers.delete(watcher) };
  }

  close(): Promise<void> {
    this.#closed = true;
    this.#takeBack?.();
    this.#watchers.clear();
    return Promise.resolve();
  }

  #changed(record: KeptRecord): void {
    this.#tell({ key: record.key, stored: storedOf(record) });
    if (record.expiresAt !== null) this.#arm();
  }

  #tell(change: Change): void {
    for (const { prefix, onChange } of this.#watchers) if (change.key.startsWith(prefix)) onChange(change);
  }

  /** Has what has ended taken away, as long as something will end: so that watchers hear of it. */
  #arm(): void {
    if (this.#closed) return;
    this.#takeBack ??= this.#clock.alarm(this.#clock.now() + SWEEP_MS, () => void this.#expire());
  }

  async #expire(): Promise<void> {
    let more = true;
    try {
      const answer = await written(this.#threads, { type: "expire", now: this.#clock.date() }, "expired");
      for (const key of answer.keys) this.#tell({ key, stored: undefined });
      ({ more } = answer);
    } catch {
      // They count as ended all the same; they are taken away the next time.
    }
    this.#takeBack = undefined;
    if (more) this.#arm();
  }
}

function storedOf({ key, value, version, expiresAt }: KeptRecord): Stored {
  return { key, value: JSON.parse(value) as Json, version, expiresAt: expiresAt ?? undefined };
}
