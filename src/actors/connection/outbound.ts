import { Counters } from "../counters/mod.ts";
import type { Outbox } from "./outbox.ts";

/** After the largest laggards were closed, this much of the budget may still be in use. */
const RELIEF = 0.9;

/**
 * The process's budget of outgoing bytes: what all outboxes hold and their runtime has not sent yet. Past it, those who
 * lag most are closed (1013) until the rest fits: each on its own may be within its budget, and all together too much.
 */
export class Outbound {
  readonly #limitBytes: number;
  readonly #laggards = new Set<Outbox>();
  /** Where what is sent is added up; nobody reads it, when left out. */
  readonly counters: Counters;
  #bytes = 0;

  constructor(limitBytes: number, counters: Counters = new Counters()) {
    this.#limitBytes = limitBytes;
    this.counters = counters;
  }

  /** What is queued in all. */
  get bytes(): number {
    return this.#bytes;
  }

  get full(): boolean {
    return this.#bytes > this.#limitBytes;
  }

  /** Takes note that an outbox holds `bytes` now, and held `before` when it last said so. */
  note(outbox: Outbox, { bytes, before }: { readonly bytes: number; readonly before: number }): undefined {
    this.#bytes += bytes - before;
    if (bytes > 0) this.#laggards.add(outbox);
    else this.#laggards.delete(outbox);
    if (bytes > before && this.full) this.#relieve();
  }

  #relieve(): undefined {
    const largest = [...this.#laggards].sort((a, b) => b.notedBytes - a.notedBytes);
    for (const outbox of largest) {
      if (this.#bytes <= this.#limitBytes * RELIEF) return;
      outbox.abandon();
    }
  }
}
