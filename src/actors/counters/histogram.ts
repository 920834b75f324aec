/** The upper bounds of the buckets, in ms; what takes longer than the last is in one more. */
export const boundsMs: readonly number[] = [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 25, 50, 100, 250, 500, 1_000, 2_500];

/** How often something took how long, by fixed buckets: a few comparisons each time, and nothing allocated. */
export class Histogram {
  readonly #counts: number[] = Array.from({ length: boundsMs.length + 1 }, () => 0);
  #sumMs = 0;

  note(ms: number): undefined {
    let at = 0;
    // What is noted most often is short, so this ends early.
    while (at < boundsMs.length && ms > (boundsMs[at] as number)) at += 1;
    this.#counts[at] = (this.#counts[at] as number) + 1;
    this.#sumMs += ms;
  }

  /** How many there were in each bucket, in the order of the bounds; the last has what is above them all. */
  get counts(): readonly number[] {
    return this.#counts;
  }

  get count(): number {
    return this.#counts.reduce((sum, count) => sum + count, 0);
  }

  get sumMs(): number {
    return this.#sumMs;
  }
}
