import type { Clock } from "../actors/kernel/mod.ts";
import type { Change, PutOptions, PutOutcome, Records, RecordsPage, Stored, Watch } from "../actors/room/records.ts";
import type { Json } from "../actors/wire/mod.ts";

interface Held {
  readonly stored: Stored;
  /** On the clock that never jumps; Infinity where it does not end. */
  readonly endsAtMs: number;
}

/** How often records that have expired are looked for in ms. */
const SWEEP_MS = 500;

/** Records in this process's memory: gone with it. Nodes of one process may share them. */
export class MemoryRecords implements Records {
  readonly #clock: Clock;
  readonly #records = new Map<string, Held>();
  /** By prefix: there is one for each room, and a change looks up the beginnings of its key alone. */
  readonly #watchers = new Map<string, Set<{ readonly onChange: (change: Change) => void }>>();
  #version = 0;
  #takeBack: (() => void) | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get(key: string): Promise<Stored | undefined> {
    return Promise.resolve(this.#present(key));
  }

  list(prefix: string, { limit, after }: { readonly limit: number; readonly after?: string }): Promise<RecordsPage> {
    const keys = [...this.#records.keys()]
      .filter((key) => key.startsWith(prefix) && (after === undefined || key > after))
      .sort();
    const records: Stored[] = [];
    for (const key of keys) {
      const stored = this.#present(key);
      if (stored === undefined) continue;
      if (records.length === limit) return Promise.resolve({ records, next: records.at(-1)?.key });
      records.push(stored);
    }
    return Promise.resolve({ records, next: undefined });
  }

  put(key: string, value: Json, { expected, ttlMs }: PutOptions = {}): Promise<PutOutcome> {
    const current = this.#present(key);
    if (expected !== undefined && expected !== (current?.version ?? 0)) {
      return Promise.resolve({ type: "conflict", current });
    }
    return Promise.resolve({ type: "done", version: this.#set(key, value, ttlMs) });
  }

  delete(key: string, { expected }: Pick<PutOptions, "expected"> = {}): Promise<PutOutcome> {
    const current = this.#present(key);
    if (expected !== undefined && expected !== (current?.version ?? 0)) {
      return Promise.resolve({ type: "conflict", current });
    }
    this.#version += 1;
    if (current !== undefined) this.#drop(key);
    return Promise.resolve({ type: "done", version: this.#version });
  }

  add(key: string, amount: number, { ttlMs }: Pick<PutOptions, "ttlMs"> = {}): Promise<number> {
    const current = this.#present(key);
    const sum = (typeof current?.value === "number" ? current.value : 0) + amount;
    const endsAtMs = this.#records.get(key)?.endsAtMs;
    this.#set(key, sum, endsAtMs === undefined ? ttlMs : endsAtMs - this.#clock.now());
    return Promise.resolve(sum);
  }

  watch(prefix: string, onChange: (change: Change) => void): Watch {
    const watcher = { onChange };
    const watchers = this.#watchers.get(prefix) ?? new Set();
    this.#watchers.set(prefix, watchers.add(watcher));
    return {
      close: () => {
        watchers.delete(watcher);
        if (watchers.size === 0 && this.#watchers.get(prefix) === watchers) this.#watchers.delete(prefix);
      },
    };
  }

  close(): Promise<void> {
    this.#takeBack?.();
    this.#watchers.clear();
    return Promise.resolve();
  }

  #present(key: string): Stored | undefined {
    const held = this.#records.get(key);
    if (held === undefined || held.endsAtMs > this.#clock.now()) return held?.stored;
    this.#drop(key);
    return undefined;
  }

  #set(key: string, value: Json, ttlMs = Number.POSITIVE_INFINITY): number {
    this.#version += 1;
    const expires = ttlMs !== Number.POSITIVE_INFINITY;
    const expiresAt = expires ? this.#clock.date() + ttlMs : undefined;
    // A copy, as every engine makes one: what the caller does with its value later changes nothing here.
    const stored: Stored = { key, value: structuredClone(value), version: this.#version, expiresAt };
    this.#records.set(key, { stored, endsAtMs: this.#clock.now() + ttlMs });
    this.#tell({ key, stored });
    if (expires) this.#arm();
    return this.#version;
  }

  #drop(key: string): void {
    this.#records.delete(key);
    this.#tell({ key, stored: undefined });
  }

  #tell(change: Change): void {
    for (let length = 0; length <= change.key.length; length += 1) {
      for (const { onChange } of this.#watchers.get(change.key.slice(0, length)) ?? []) onChange(change);
    }
  }

  /** Looks for what has expired, as long as something can: so that watchers hear of it, and it is let go. */
  #arm(): void {
    this.#takeBack ??= this.#clock.alarm(this.#clock.now() + SWEEP_MS, () => {
      this.#takeBack = undefined;
      for (const key of [...this.#records.keys()]) this.#present(key);
      if ([...this.#records.values()].some(({ endsAtMs }) => endsAtMs !== Number.POSITIVE_INFINITY)) this.#arm();
    });
  }
}
