const STEP_MS = 0.05;
const STEPS = 100_000;

/** How long things took, in steps of 0.05 ms up to five seconds. */
export class Latencies {
  readonly #steps = new Uint32Array(STEPS + 1);
  #count = 0;

  note(ms: number): void {
    const step = Math.min(STEPS, Math.floor(ms / STEP_MS));
    this.#steps[step] = (this.#steps[step] as number) + 1;
    this.#count += 1;
  }

  /** The time that this share of all stays within, in ms. */
  within(share: number): number {
    let left = share * this.#count;
    for (const [step, count] of this.#steps.entries()) {
      left -= count;
      if (left <= 0 && count > 0) return Math.round((step + 1) * STEP_MS * 100) / 100;
    }
    return 0;
  }
}
