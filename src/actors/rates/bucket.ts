/** What a token bucket holds at the most, and gains. */
export interface BucketOptions {
  readonly perSecond: number;
  readonly burst: number;
}

/** A token bucket (as in ITU-T I.371): full at first, filled over time, and each taking costs a token. */
export class Bucket {
  readonly #options: BucketOptions;
  #tokens: number;
  #filledAt: number;

  constructor(options: BucketOptions, now: number) {
    this.#options = options;
    this.#tokens = options.burst;
    this.#filledAt = now;
  }

  /** Takes a token; answers 0, or how many ms to wait until there is one. */
  take(now: number): number {
    this.#fill(now);
    if (this.#tokens < 1) return Math.max(1, Math.ceil(((1 - this.#tokens) / this.#options.perSecond) * 1_000));
    this.#tokens -= 1;
    return 0;
  }

  giveBack(): void {
    this.#tokens = Math.min(this.#options.burst, this.#tokens + 1);
  }

  /** Takes what was spent elsewhere, even where there is not so much left; a whole burst is the most that may be owed. */
  charge(tokens: number, now: number): void {
    this.#fill(now);
    const { burst } = this.#options;
    this.#tokens = Math.min(burst, Math.max(-burst, this.#tokens - tokens));
  }

  isFull(now: number): boolean {
    this.#fill(now);
    return this.#tokens === this.#options.burst;
  }

  #fill(now: number): void {
    const { perSecond, burst } = this.#options;
    this.#tokens = Math.min(burst, this.#tokens + ((now - this.#filledAt) / 1_000) * perSecond);
    this.#filledAt = now;
  }
}
