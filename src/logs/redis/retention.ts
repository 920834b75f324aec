import type { Clock } from "../../actors/kernel/mod.ts";
import type { Broker } from "./broker.ts";
import { aged, retain } from "./room-scripts.ts";

/** What retention is made with. */
export interface RetentionOptions {
  readonly clock: Clock;
  /** How long an entry is kept. */
  readonly ms: string;
  readonly kept: readonly string[];
  readonly keysOf: (room: string) => readonly string[];
  readonly released: (files: readonly string[]) => void;
}

/** How often rooms are looked for that have something too old, in ms. */
const SWEEP_MS = 30_000;

/** Lets go of what is too old in rooms to which nobody appends any more. */
export class Retention {
  readonly #broker: Broker;
  readonly #options: RetentionOptions;
  #takeBack: () => void;

  constructor(broker: Broker, options: RetentionOptions) {
    this.#broker = broker;
    this.#options = options;
    this.#takeBack = this.#arm();
  }

  stop(): void {
    this.#takeBack();
    this.#takeBack = this.#stopped;
  }

  #stopped(): void {}

  #arm(): () => void {
    const { clock } = this.#options;
    return clock.alarm(clock.now() + SWEEP_MS, () => {
      this.#sweep()
        // What could not be done now is done the next time.
        .catch(() => undefined)
        .finally(() => {
          if (this.#takeBack !== this.#stopped) this.#takeBack = this.#arm();
        });
    });
  }

  async #sweep(): Promise<void> {
    const { ms, kept, keysOf, released } = this.#options;
    const { values } = await this.#broker.ask(aged, [this.#broker.name("ages")], [ms]);
    for (const room of values[0] as readonly string[]) {
      for (let more = true; more; ) {
        const answer = await this.#broker.ask(retain, keysOf(room), [...kept, room]);
        const [files, left] = answer.values as [readonly string[], number];
        released(files);
        more = left === 1;
      }
    }
  }
}
