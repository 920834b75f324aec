import type { Entry } from "../log.ts";

interface Said {
  readonly at: number;
  readonly key: string | undefined;
}

/** How many users are kept before those are looked for who may speak again, to be let go. */
const SWEEP_AT = 1_024;

/** When each user of a room has said something last: here by what was let through, elsewhere by what came to the log. */
export class SlowMode {
  readonly #last = new Map<string, Said>();
  #sweepAt = SWEEP_AT;

  /** Lets a user say something, and answers 0, or how many ms to wait; a repeat of the last words need not wait. */
  take(
    user: string,
    key: string | undefined,
    { slowMs, now }: { readonly slowMs: number; readonly now: number },
  ): number {
    const last = this.#last.get(user);
    if (last !== undefined && key !== undefined && last.key === key) return 0;
    const waitMs = last === undefined ? 0 : Math.max(0, Math.ceil(last.at + slowMs - now));
    if (waitMs === 0) this.#note(user, { at: now, key }, slowMs);
    return waitMs;
  }

  /** Takes note of what stands in the log, whichever node it came from. */
  saw(entries: readonly Entry[], { slowMs, now }: { readonly slowMs: number; readonly now: number }): undefined {
    for (const { sender, key, redacts } of entries) {
      const last = this.#last.get(sender.id);
      // What was let through here counts from then; what was not, from now.
      const known = last !== undefined && now - last.at < slowMs;
      if (redacts === undefined && !known) this.#note(sender.id, { at: now, key }, slowMs);
    }
  }

  clear(): undefined {
    this.#last.clear();
  }

  #note(user: string, said: Said, slowMs: number): undefined {
    this.#last.set(user, said);
    if (this.#last.size < this.#sweepAt) return;
    for (const [other, { at }] of this.#last) if (at + slowMs <= said.at) this.#last.delete(other);
    this.#sweepAt = Math.max(SWEEP_AT, this.#last.size * 2);
  }
}
