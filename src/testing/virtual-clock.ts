import type { Clock } from "../actors/kernel/mod.ts";

interface Alarm {
  readonly atMs: number;
  readonly run: () => void;
}

/** A clock that stands still until it is told to advance; `date()` runs along unless it is made to jump. */
export class VirtualClock implements Clock {
  #now = 0;
  #epoch: number;
  /** The last is due first; of the same moment, the one set first is. */
  readonly #alarms: Alarm[] = [];

  constructor(date: number = Date.UTC(2026, 0, 1)) {
    this.#epoch = date;
  }

  now(): number {
    return this.#now;
  }

  date(): number {
    return this.#epoch + this.#now;
  }

  alarm(atMs: number, run: () => void): () => void {
    const alarm: Alarm = { atMs, run };
    this.#alarms.splice(this.#first(atMs), 0, alarm);
    return () => {
      const at = this.#alarms.indexOf(alarm, this.#first(atMs));
      if (at >= 0) this.#alarms.splice(at, 1);
    };
  }

  /** When the next alarm is due; `undefined` where none is set. */
  get next(): number | undefined {
    return this.#alarms.at(-1)?.atMs;
  }

  /** Moves to `toMs`, never backwards, and rings what is due by then, in order. */
  moveTo(toMs: number): void {
    this.#now = Math.max(this.#now, toMs);
    for (let due = this.#alarms.at(-1); due !== undefined && due.atMs <= this.#now; due = this.#alarms.at(-1)) {
      this.#alarms.pop();
      due.run();
    }
  }

  /** Sets the wall clock forward or back, as an operator or NTP would; durations are not touched. */
  jump(ms: number): void {
    this.#epoch += ms;
  }

  /** Where the alarms of a moment begin. */
  #first(atMs: number): number {
    let [from, to] = [0, this.#alarms.length];
    while (from < to) {
      const middle = (from + to) >> 1;
      if ((this.#alarms[middle] as Alarm).atMs > atMs) from = middle + 1;
      else to = middle;
    }
    return from;
  }
}
