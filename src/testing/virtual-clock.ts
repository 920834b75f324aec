import type { Clock } from "../actors/kernel/mod.ts";

interface Alarm {
  readonly atMs: number;
  readonly run: () => void;
}

/** A clock that stands still until it is told to advance; `date()` runs along unless it is made to jump. */
export class VirtualClock implements Clock {
  #now = 0;
  #epoch: number;
  #alarms: Alarm[] = [];

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
    const at = this.#alarms.findIndex((other) => other.atMs > atMs);
    this.#alarms.splice(at < 0 ? this.#alarms.length : at, 0, alarm);
    return () => {
      this.#alarms = this.#alarms.filter((other) => other !== alarm);
    };
  }

  /** When the next alarm is due; `undefined` where none is set. */
  get next(): number | undefined {
    return this.#alarms[0]?.atMs;
  }

  /** Moves to `toMs`, never backwards, and rings what is due by then, in order. */
  moveTo(toMs: number): void {
    this.#now = Math.max(this.#now, toMs);
    for (let due = this.#alarms[0]; due !== undefined && due.atMs <= this.#now; due = this.#alarms[0]) {
      this.#alarms.shift();
      due.run();
    }
  }

  /** Sets the wall clock forward or back, as an operator or NTP would; durations are not touched. */
  jump(ms: number): void {
    this.#epoch += ms;
  }
}
