import type { Withheld } from "./news.ts";

/** So often something is judged again before it is given up: its log knows of policies that its records do not. */
const ATTEMPTS = 5;

/** What the log refused since the policy had changed that it was allowed under, until it is judged again. */
export class WithheldWords {
  readonly #attempts = new WeakMap<Withheld, number>();
  #waiting: Withheld[] = [];

  get size(): number {
    return this.#waiting.length;
  }

  /** Keeps something; `false` where it was kept too often already. */
  add(withheld: Withheld): boolean {
    const attempt = (this.#attempts.get(withheld) ?? 0) + 1;
    this.#attempts.set(withheld, attempt);
    if (attempt > ATTEMPTS) return false;
    this.#waiting.push(withheld);
    return true;
  }

  /** Takes out all that was kept, in the order in which it was said: word of what became of it may come in another. */
  take(): readonly Withheld[] {
    const waiting = this.#waiting.sort((one, other) => (one.place ?? 0) - (other.place ?? 0));
    this.#waiting = [];
    return waiting;
  }
}
