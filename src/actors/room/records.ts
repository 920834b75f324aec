import type { Json } from "../wire/mod.ts";

/** A record as it stands. */
export interface Stored {
  readonly key: string;
  readonly value: Json;
  /** Grows with every change in the store, and is never used twice for a key: not even after it was deleted. */
  readonly version: number;
  /** When it ends by itself, in ms since 1970 on the store's clock; `undefined`: it does not. */
  readonly expiresAt: number | undefined;
}

/** What a change is made on condition of, and how long a record is to last. */
export interface PutOptions {
  /** The version that is to be replaced, or 0 where there must be none; whatever stands there, when left out. */
  readonly expected?: number;
  readonly ttlMs?: number;
}

/** What became of a change: done under a new version, or not done since something else stands there. */
export type PutOutcome =
  | { readonly type: "done"; readonly version: number }
  | { readonly type: "conflict"; readonly current: Stored | undefined };

/** What has changed; without `stored`, the record was deleted or has expired. */
export interface Change {
  readonly key: string;
  readonly stored: Stored | undefined;
}

/** A page of records in the order of their keys (by UTF-16 units), and where to go on. */
export interface RecordsPage {
  readonly records: readonly Stored[];
  readonly next: string | undefined;
  /** Keys between them whose records are there and cannot be read: to all else, they count as none. */
  readonly damaged?: readonly string[];
}

/**
 * The port that keeps what is small, keyed and changes: state, bans, policies, tickets, leases. Each engine behind it
 * passes the same contract suite. Keys are any text; an expired record is as one that was deleted.
 */
export interface Records {
  get(key: string): Promise<Stored | undefined>;
  /** Up to `limit` records whose keys begin with `prefix`, behind the key `after`. */
  list(prefix: string, options: { readonly limit: number; readonly after?: string }): Promise<RecordsPage>;
  put(key: string, value: Json, options?: PutOptions): Promise<PutOutcome>;
  delete(key: string, options?: Pick<PutOptions, "expected">): Promise<PutOutcome>;
  /** Adds to a number, 0 where there is none, and answers the sum; `ttlMs` counts from the first addition on. */
  add(key: string, amount: number, options?: Pick<PutOptions, "ttlMs">): Promise<number>;
  /** Has `onChange` called with what changes from now on under a prefix; expiry within a second of its time. */
  watch(prefix: string, onChange: (change: Change) => void): Watch;
  close(): Promise<void>;
}

/** A watch that is being kept. */
export interface Watch {
  close(): void;
}
