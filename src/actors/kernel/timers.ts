import type { Clock } from "./clock.ts";

/** What is due at a moment. */
export interface Due {
  ring(): void;
}

/** A moment at which something is due; cancelled by flag, so that cancelling is O(1). */
export interface Timer {
  readonly atMs: number;
  /** Tells timers of the same moment apart: the one set first rings first. */
  readonly order: number;
  readonly due: Due;
  cancelled: boolean;
}

/** All timers of a system on one alarm of its clock: a binary heap, O(log n) to set, O(1) to cancel. */
export class Timers {
  readonly #clock: Clock;
  #heap: Timer[] = [];
  #cancelled = 0;
  #order = 0;
  #alarmAt = Number.POSITIVE_INFINITY;
  #takeBack: (() => void) | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  set(delayMs: number, due: Due): Timer {
    this.#order += 1;
    const timer: Timer = { atMs: this.#clock.now() + Math.max(0, delayMs), order: this.#order, due, cancelled: false };
    this.#heap.push(timer);
    this.#rise(this.#heap.length - 1);
    this.#arm();
    return timer;
  }

  cancel(timer: Timer): void {
    if (timer.cancelled) return;
    timer.cancelled = true;
    this.#cancelled += 1;
    if (this.#cancelled > 64 && this.#cancelled * 2 > this.#heap.length) this.#sweep();
  }

  /** Ends every timer and the alarm behind them. */
  clear(): void {
    this.#heap = [];
    this.#cancelled = 0;
    this.#takeBack?.();
    this.#alarmAt = Number.POSITIVE_INFINITY;
  }

  #ring = (): void => {
    this.#alarmAt = Number.POSITIVE_INFINITY;
    const now = this.#clock.now();
    for (let next = this.#heap[0]; next !== undefined && (next.cancelled || next.atMs <= now); next = this.#heap[0]) {
      this.#pop();
      if (next.cancelled) {
        this.#cancelled -= 1;
        continue;
      }
      next.cancelled = true; // spent: a later cancel() of it must not be counted
      next.due.ring();
    }
    this.#arm();
  };

  #arm(): void {
    const first = this.#heap[0];
    if (first === undefined || first.atMs >= this.#alarmAt) return;
    this.#takeBack?.();
    this.#alarmAt = first.atMs;
    this.#takeBack = this.#clock.alarm(first.atMs, this.#ring);
  }

  #sweep(): void {
    const kept = this.#heap.filter((timer) => !timer.cancelled);
    kept.sort((a, b) => (before(a, b) ? -1 : 1)); // a sorted array is a heap
    this.#heap = kept;
    this.#cancelled = 0;
  }

  #rise(at: number): void {
    const heap = this.#heap;
    const timer = heap[at] as Timer;
    for (let child = at; child > 0; ) {
      const parent = (child - 1) >> 1;
      const above = heap[parent] as Timer;
      if (before(above, timer)) break;
      heap[child] = above;
      heap[parent] = timer;
      child = parent;
    }
  }

  #pop(): void {
    const heap = this.#heap;
    const last = heap.pop() as Timer;
    if (heap.length === 0) return;
    heap[0] = last;
    for (let parent = 0; ; ) {
      let child = 2 * parent + 1;
      if (child >= heap.length) return;
      if (child + 1 < heap.length && before(heap[child + 1] as Timer, heap[child] as Timer)) child += 1;
      const below = heap[child] as Timer;
      if (before(last, below)) return;
      heap[child] = last;
      heap[parent] = below;
      parent = child;
    }
  }
}

function before(a: Timer, b: Timer): boolean {
  return a.atMs < b.atMs || (a.atMs === b.atMs && a.order < b.order);
}
