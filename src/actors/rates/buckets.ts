import { Bucket, type BucketOptions } from "./bucket.ts";

/** How many buckets are kept before full ones are looked for, to be let go. */
const SWEEP_AT = 1_024;
/** The most that are kept: then the one that was not used for longest goes, full or not. */
const MOST = 100_000;

/** What a bucket is to hold and gain that may give so many a minute, all of them at once. */
export function perMinute(amount: number): BucketOptions {
  return { perSecond: amount / 60, burst: amount };
}

/** Token buckets by name: of users, of addresses. What they take up is bounded, however many names come by. */
export class Buckets {
  readonly #options: BucketOptions;
  readonly #most: number;
  readonly #buckets = new Map<string, Bucket>();
  #sweepAt = SWEEP_AT;
  /** What was spent here since it was asked for last; `undefined`: nobody asks. */
  #spent: Map<string, number> | undefined;

  constructor(options: BucketOptions, { most = MOST }: { readonly most?: number } = {}) {
    this.#options = options;
    this.#most = most;
  }

  /** How many are kept. */
  get size(): number {
    return this.#buckets.size;
  }

  /** Takes a token of that name; answers 0, or how many ms to wait until there is one. */
  take(name: string, now: number): number {
    const bucket = this.#buckets.get(name) ?? this.#make(now);
    // Behind all others, so that the first is the one that was not used for longest.
    this.#buckets.delete(name);
    this.#buckets.set(name, bucket);
    const waitMs = bucket.take(now);
    if (waitMs === 0) this.#note(name, 1);
    return waitMs;
  }

  /** Takes a token of that name back: it was spent on nothing. */
  giveBack(name: string): void {
    this.#buckets.get(name)?.giveBack();
    this.#note(name, -1);
  }

  /** What was spent here since this was called last, by name: other nodes are to charge it as well. */
  takeSpent(): ReadonlyMap<string, number> {
    const spent = this.#spent ?? new Map<string, number>();
    this.#spent = new Map();
    return spent;
  }

  /** Charges what was spent on another node. */
  charge(name: string, tokens: number, now: number): void {
    const bucket = this.#buckets.get(name) ?? this.#make(now);
    this.#buckets.set(name, bucket);
    bucket.charge(tokens, now);
  }

  #note(name: string, tokens: number): void {
    if (this.#spent === undefined) return;
    const sum = (this.#spent.get(name) ?? 0) + tokens;
    if (sum === 0) this.#spent.delete(name);
    else this.#spent.set(name, sum);
  }

  #make(now: number): Bucket {
    if (this.#buckets.size >= this.#sweepAt) this.#sweep(now);
    const [oldest] = this.#buckets.keys();
    if (this.#buckets.size >= this.#most && oldest !== undefined) this.#buckets.delete(oldest);
    return new Bucket(this.#options, now);
  }

  /** Lets go of the buckets that are full again: they are as good as new ones. */
  #sweep(now: number): void {
    for (const [name, bucket] of this.#buckets) if (bucket.isFull(now)) this.#buckets.delete(name);
    this.#sweepAt = Math.max(SWEEP_AT, this.#buckets.size * 2);
  }
}
