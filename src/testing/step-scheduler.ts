import type { Scheduler } from "../actors/kernel/mod.ts";

/** A scheduler that runs nothing until it is told to. */
export class StepScheduler implements Scheduler {
  readonly #waiting: (() => void)[] = [];

  macrotask(run: () => void): void {
    this.#waiting.push(run);
  }

  get idle(): boolean {
    return this.#waiting.length === 0;
  }

  /** Runs one waiting macrotask, by default the oldest; answers whether there was one. */
  step(at = 0): boolean {
    const run = this.take(at);
    run?.();
    return run !== undefined;
  }

  /** Takes one waiting macrotask out without running it. */
  take(at = 0): (() => void) | undefined {
    return at === 0 ? this.#waiting.shift() : this.#waiting.splice(at, 1)[0];
  }

  /** How many macrotasks are waiting. */
  get length(): number {
    return this.#waiting.length;
  }
}
