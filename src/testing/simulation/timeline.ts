import { VirtualClock } from "../virtual-clock.ts";
import type { Dice } from "./dice.ts";
import type { Machine } from "./machine.ts";

/** How many microtasks a promise chain may take before the next thing happens. */
const SETTLING = 12;

/** More than this at one moment, and it will never be over. */
const MOMENT_STEPS = 30_000;

/** One microtask. */
const moment: Promise<void> = Promise.resolve();

/** Virtual time, and the order in which everything happens in it: decided by seed wherever it is not given. */
export class Timeline {
  readonly clock: VirtualClock = new VirtualClock();
  readonly #dice: Dice;
  readonly #machines: Machine[] = [];
  #settling = 0;

  constructor(dice: Dice) {
    this.#dice = dice;
  }

  get now(): number {
    return this.clock.now();
  }

  /** Adds an event loop; its macrotasks are interleaved with those of the others. */
  add(machine: Machine): void {
    this.#machines.push(machine);
  }

  remove(machine: Machine): void {
    this.#machines.splice(this.#machines.indexOf(machine), 1);
  }

  /** Has something happen in `delayMs`; answers how to take that back. */
  after(delayMs: number, run: () => void): () => void {
    return this.clock.alarm(this.now + Math.max(0, delayMs), run);
  }

  /** Says that promises are about to settle, so that time waits for what hangs on them. */
  promised(): undefined {
    this.#settling = SETTLING;
  }

  /**
   * Lets time go by, until `untilMs`.
   *
   * @returns whether it got there: it stands still where machines always find something more to do at once.
   */
  async run(untilMs: number): Promise<boolean> {
    for (let steps = 0; steps < MOMENT_STEPS; steps += 1) {
      await moment;
      for (; this.#settling > 0; this.#settling -= 1) await moment;
      const ready = this.#machines.filter((machine) => machine.ready);
      if (ready.length > 0) {
        this.#dice.of(ready).step();
        continue;
      }
      const next = this.clock.next;
      if (next === undefined || next > untilMs) {
        this.clock.moveTo(untilMs);
        return true;
      }
      if (next > this.now) steps = 0;
      this.clock.moveTo(next);
    }
    return false;
  }
}
