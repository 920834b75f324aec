import { Bucket } from "./bucket.ts";

/** How many users' buckets are kept before full ones are looked for, to be let go. */
const SWEEP_AT = 1_024;

/** The rates of users over all their connections to this node. */
export class UserRates {
  readonly #perSecond: number;
  readonly #burst: number;
  readonly #buckets = new Map<string, Bucket>();
  #sweepAt = SWEEP_AT;

  constructor({ perMinute }: { readonly perMinute: number }) {
    this.#perSecond = perMinute / 60;
    this.#burst = perMinute;
  }

  /** Takes one message of a user; answers 0, or how many ms to wait for the next one. */
  take(user: string, now: number): number {
    let bucket = this.#buckets.get(user);
    if (bucket === undefined) {
      if (this.#buckets.size >= this.#sweepAt) this.#sweep(now);
      bucket = new Bucket({ perSecond: this.#perSecond, burst: this.#burst }, now);
      this.#buckets.set(user, bucket);
    }
    return bucket.take(now);
  }

  /** Takes a message of a user back: it was none. */
  giveBack(user: string): void {
    this.#buckets.get(user)?.giveBack();
  }

  /** Lets go of the buckets that are full again: they are as good as new ones. */
  #sweep(now: number): void {
    for (const [user, bucket] of this.#buckets) if (bucket.isFull(now)) this.#buckets.delete(user);
    this.#sweepAt = Math.max(SWEEP_AT, this.#buckets.size * 2);
  }
}
