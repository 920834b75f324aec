import type { Dice } from "./dice.ts";
import { SimulatedFailure } from "./failure.ts";
import type { Timeline } from "./timeline.ts";

/** What is wrong with a disk; each number is a probability. */
export interface DiskFaults {
  /** How long a sync takes at the most, in ms. */
  syncMs: number;
  /** A sync fails: what it was to make safe may be there or not. */
  fails: number;
  /** Until when nothing more can be written, on the common clock. */
  fullUntilMs: number;
}

/** A disk without faults that is as fast as they come. */
export function goodDisk(): DiskFaults {
  return { syncMs: 1, fails: 0, fullUntilMs: 0 };
}

/**
 * A disk that holds one file, which grows by records. What was written outlives the process; only what was synced since
 * outlives a power cut, and of the rest perhaps a beginning.
 */
export class SimulatedDisk<T> {
  readonly #timeline: Timeline;
  readonly #dice: Dice;
  readonly #faults: DiskFaults;
  #written: T[] = [];
  #synced = 0;
  #openings = 0;
  /** How many times its machine was started. */
  starts = 1;

  constructor(timeline: Timeline, dice: Dice, faults: DiskFaults) {
    this.#timeline = timeline;
    this.#dice = dice;
    this.#faults = faults;
  }

  /** All that is in the file. */
  get records(): readonly T[] {
    return this.#written;
  }

  /** A process opens the file, and makes safe what it finds there; who had it open before is gone. */
  open(): readonly T[] {
    this.#openings += 1;
    this.#synced = this.#written.length;
    return this.#written;
  }

  /**
   * Writes at the end of the file.
   *
   * @throws {SimulatedFailure} where the disk is full.
   */
  write(record: T): void {
    if (this.#timeline.now < this.#faults.fullUntilMs) throw new SimulatedFailure("Cannot write: the disk is full");
    this.#written.push(record);
  }

  /** The process that had the file open is gone, and with it what it was about to make safe. */
  abandon(): undefined {
    this.#openings += 1;
  }

  /** Writes something at the end of the file, and makes it safe at once: a process that opens has nothing else to do. */
  force(record: T): void {
    this.#written.push(record);
    this.#synced = this.#written.length;
  }

  /**
   * Makes safe what was written before, and says in a while whether that went well. Where it did not, what was not safe
   * before may be gone.
   */
  sync(done: (ok: boolean) => void): void {
    const opening = this.#openings;
    const upTo = this.#written.length;
    this.#timeline.after(this.#dice.ms(0, this.#faults.syncMs), () => {
      if (this.#openings !== opening) return;
      const ok = !this.#dice.chance(this.#faults.fails);
      if (ok || this.#dice.chance(0.5)) this.#synced = Math.max(this.#synced, upTo);
      else this.#lose(this.#synced);
      done(ok);
    });
  }

  /** The power is cut, and comes back: what was not safe is gone, but for some beginning of it. */
  cut(): undefined {
    this.starts += 1;
    this.#openings += 1;
    this.#lose(this.#dice.whole(this.#synced, this.#written.length));
    this.#synced = this.#written.length;
  }

  #lose(from: number): void {
    this.#written = this.#written.slice(0, from);
    this.#synced = Math.min(this.#synced, from);
  }
}
