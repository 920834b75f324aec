import type { Random } from "../../actors/kernel/mod.ts";
import { seededRandom } from "../random.ts";

/** Decisions from one seed. Only arithmetic that is exact on every engine, so that all runtimes decide the same. */
export class Dice {
  readonly random: Random;

  constructor(seed: number) {
    this.random = seededRandom(seed);
  }

  /** A whole number from `min` to `max`, both included. */
  whole(min: number, max: number): number {
    return min + Math.floor(this.random() * (max - min + 1));
  }

  /** A duration from `min` to `max`, in eighths of a millisecond, so that few things happen at the very same moment. */
  ms(min: number, max: number): number {
    return this.whole(min * 8, max * 8) / 8;
  }

  chance(probability: number): boolean {
    return this.random() < probability;
  }

  /** One of several, each as likely as the others. */
  of<T>(items: readonly T[]): T {
    return items[Math.floor(this.random() * items.length)] as T;
  }

  /** Other dice, whose rolls neither depend on these nor change them. */
  fork(): Dice {
    return new Dice(Math.floor(this.random() * 4_294_967_296));
  }
}
