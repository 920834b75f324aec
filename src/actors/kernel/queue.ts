/** What every empty queue holds: nobody writes to it. */
const NOTHING: never[] = [];

/** A first-in, first-out queue with O(1) `push` and amortised O(1) `take`, which holds no memory of its own when idle. */
export class Queue<T> {
  #items: T[] = NOTHING;
  #head = 0;

  get length(): number {
    return this.#items.length - this.#head;
  }

  push(item: T): void {
    if (this.#items === NOTHING) this.#items = [item];
    else this.#items.push(item);
  }

  /** Removes and returns the oldest item, or `undefined` where there is none. */
  take(): T | undefined {
    if (this.#head === this.#items.length) return undefined;
    const item = this.#items[this.#head] as T;
    this.#items[this.#head] = undefined as T;
    this.#head += 1;
    if (this.#head === this.#items.length) {
      this.#items = NOTHING;
      this.#head = 0;
    } else if (this.#head >= 1024 && this.#head * 2 >= this.#items.length) {
      this.#items = this.#items.slice(this.#head);
      this.#head = 0;
    }
    return item;
  }

  /** Removes and returns the oldest item that satisfies `which`; O(n). */
  pluck(which: (item: T) => boolean): T | undefined {
    for (let at = this.#head; at < this.#items.length; at += 1) {
      const item = this.#items[at] as T;
      if (!which(item)) continue;
      this.#items.splice(at, 1);
      return item;
    }
    return undefined;
  }
}
