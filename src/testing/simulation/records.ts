import type { Change, PutOptions, PutOutcome, Records, RecordsPage, Stored, Watch } from "../../actors/room/mod.ts";
import type { Json } from "../../actors/wire/mod.ts";
import type { MemoryRecords } from "../../logs/memory-records.ts";
import type { Dice } from "./dice.ts";
import { SimulatedFailure } from "./failure.ts";
import type { LogFaults } from "./faults.ts";
import type { Machine } from "./machine.ts";
import type { Timeline } from "./timeline.ts";

/** What a node's records are made of. */
export interface SimulatedRecordsOptions {
  readonly timeline: Timeline;
  readonly machine: Machine;
  /** What all nodes share. */
  readonly store: MemoryRecords;
  readonly dice: Dice;
  readonly faults: LogFaults;
  /** From then on nothing is wrong. */
  readonly busyMs: number;
}

/** For so long a node may be cut off from them: longer than a lease lasts. */
const CUT_MS = 11_000;

/** Word of a room's state may take longer than word of an entry: nothing that is prompt hangs on it. */
const SLOW_WORD = 4;

/** One node's records over common ones: late, failing with or without having done it, and silent once the node is dead. */
export class SimulatedRecords implements Records {
  readonly #options: SimulatedRecordsOptions;
  #cutMs = 0;
  #backMs = 0;
  /** When the newest question was asked that has been answered. */
  heardMs: number = Number.NEGATIVE_INFINITY;

  constructor(options: SimulatedRecordsOptions) {
    this.#options = options;
    const { dice, timeline, busyMs } = options;
    if (!dice.chance(0.5)) return;
    this.#cutMs = timeline.now + dice.ms(1_500, 3_500);
    this.#backMs = Math.min(busyMs, this.#cutMs + CUT_MS);
  }

  get(key: string): Promise<Stored | undefined> {
    return this.#answer((store) => store.get(key));
  }

  list(prefix: string, options: { readonly limit: number; readonly after?: string }): Promise<RecordsPage> {
    return this.#answer((store) => store.list(prefix, options));
  }

  put(key: string, value: Json, options?: PutOptions): Promise<PutOutcome> {
    return this.#answer((store) => store.put(key, value, options));
  }

  delete(key: string, options?: Pick<PutOptions, "expected">): Promise<PutOutcome> {
    return this.#answer((store) => store.delete(key, options));
  }

  add(key: string, amount: number, options?: Pick<PutOptions, "ttlMs">): Promise<number> {
    return this.#answer((store) => store.add(key, amount, options));
  }

  watch(prefix: string, onChange: (change: Change) => void): Watch {
    const { machine, store, timeline, dice, faults } = this.#options;
    return store.watch(prefix, (change) => {
      const slow = change.key.endsWith(" state") ? SLOW_WORD : 1;
      timeline.after(dice.ms(0, slow * faults.tailDelayMs), () => machine.post(() => onChange(change)));
    });
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  #answer<T>(ask: (store: MemoryRecords) => Promise<T>): Promise<T> {
    const { timeline, machine, store, dice, faults } = this.#options;
    const isCut = (timeline.now >= this.#cutMs && timeline.now < this.#backMs) || machine.isCutOff("says");
    const fails = dice.chance(faults.readFails) || isCut || machine.isCutOff("hears");
    const arrives = !isCut && (!fails || dice.chance(0.5));
    const [before, behind] = [dice.ms(0, faults.delayMs + 1), dice.ms(0, faults.delayMs + 1)];
    const askedMs = timeline.now;
    const hear = (): void => {
      this.heardMs = Math.max(this.heardMs, askedMs);
    };
    timeline.promised();
    return new Promise((resolve, reject) => {
      const later = (settle: () => void): void => {
        timeline.after(behind, () =>
          machine.post(() => {
            timeline.promised();
            settle();
          }),
        );
      };
      timeline.after(before, () => {
        timeline.promised();
        const failure = new SimulatedFailure("Cannot answer: the simulated records have failed");
        if (!arrives) return later(() => reject(failure));
        ask(store).then((answer) => {
          if (fails) return later(() => reject(failure));
          return later(() => {
            hear();
            resolve(answer);
          });
        }, reject);
      });
    });
  }
}
