import type {
  Change,
  PutOptions,
  PutOutcome,
  Records,
  RecordsPage,
  Stored,
  Watch,
} from "../../../../src/actors/room/mod.ts";
import type { Json } from "../../../../src/actors/wire/mod.ts";

/** Records that fail, or tell of no changes, when they are told to. */
export class FailingRecords implements Records {
  readonly #records: Records;
  failing = false;
  /** Whether nothing is ever answered. */
  hanging = false;
  /** Whether those who watch hear nothing. */
  silent = false;

  constructor(records: Records) {
    this.#records = records;
  }

  get(key: string): Promise<Stored | undefined> {
    return this.#ask(() => this.#records.get(key));
  }

  list(prefix: string, options: { readonly limit: number; readonly after?: string }): Promise<RecordsPage> {
    return this.#ask(() => this.#records.list(prefix, options));
  }

  put(key: string, value: Json, options?: PutOptions): Promise<PutOutcome> {
    return this.#ask(() => this.#records.put(key, value, options));
  }

  delete(key: string, options?: Pick<PutOptions, "expected">): Promise<PutOutcome> {
    return this.#ask(() => this.#records.delete(key, options));
  }

  add(key: string, amount: number, options?: Pick<PutOptions, "ttlMs">): Promise<number> {
    return this.#ask(() => this.#records.add(key, amount, options));
  }

  watch(prefix: string, onChange: (change: Change) => void): Watch {
    return this.#records.watch(prefix, (change) => {
      if (!this.silent) onChange(change);
    });
  }

  close(): Promise<void> {
    return this.#records.close();
  }

  #ask<T>(ask: () => Promise<T>): Promise<T> {
    if (this.hanging) return new Promise(() => undefined);
    return this.failing ? Promise.reject(new Error("Cannot answer: the records are away")) : ask();
  }
}
