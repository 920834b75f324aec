import type { Book } from "./book.ts";
import type { HostedState, Referee } from "./referee.ts";
import { pause } from "./world.ts";

const EVERY_MS = 300;

/** Looks at what the ticker writes: by one hand at a time, each going on where the one before has stopped. */
export class TickerWatch {
  readonly #referee: Referee;
  readonly #book: Book;
  #last: HostedState | undefined;
  #stopped = false;
  /** How often another node has taken over. */
  handovers = 0;
  /** How many states were looked at. */
  seen = 0;

  constructor(referee: Referee, book: Book) {
    this.#referee = referee;
    this.#book = book;
    void this.#watch();
  }

  stop(): void {
    this.#stopped = true;
  }

  /** Looks once; nothing is wrong with a Redis that does not answer. */
  async look(): Promise<HostedState | undefined> {
    const state = await this.#referee.ticker().catch(() => undefined);
    if (state !== undefined && !this.#stopped) this.#compare(state);
    return state;
  }

  async #watch(): Promise<void> {
    while (!this.#stopped) {
      await this.look();
      await pause(EVERY_MS);
    }
  }

  #compare(now: HostedState): void {
    const last = this.#last;
    // Answers may overtake each other.
    if (last !== undefined && now.version <= last.version) return;
    this.#last = now;
    this.seen += 1;
    if (last === undefined) return;
    if (now.token > last.token) this.handovers += 1;
    if (now.token < last.token) {
      this.#book.fail("host", "ticker", `wrote under lease ${now.token}, behind lease ${last.token}`);
    }
    if (!continues(last.history, now.history)) {
      this.#book.fail("host", "ticker", `does not go on from ${last.history.slice(-3)}: ${now.history.slice(-8)}`);
    }
  }
}

/** Whether a list of the newest prices goes on from an earlier one: some more at its end, those that are too old gone. */
export function continues(before: readonly number[], now: readonly number[]): boolean {
  for (let more = 0; more <= now.length; more += 1) {
    const common = now.length - more;
    const kept = before.slice(before.length - common);
    if (kept.length === common && kept.every((price, at) => price === now[at]))
      return more < now.length || before.length === 0;
  }
  return false;
}
