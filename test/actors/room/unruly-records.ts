import type { MemoryRecords, Records } from "../../../src/mod.ts";
import type { VirtualClock } from "../../../src/testing/mod.ts";

type Method = "get" | "put";

/** Records over common ones, which fail, answer late or keep word of changes to themselves, as they are told. */
export class UnrulyRecords implements Records {
  readonly #records: MemoryRecords;
  readonly #clock: VirtualClock;
  /** What fails, and whether it was done all the same. */
  fails: Partial<Record<Method, "done" | "not done">> = {};
  delayMs = 0;
  /** Whether nobody hears of changes. */
  deaf = false;
  readonly list: Records["list"];
  readonly delete: Records["delete"];
  readonly add: Records["add"];

  constructor(records: MemoryRecords, clock: VirtualClock) {
    this.#records = records;
    this.#clock = clock;
    this.list = records.list.bind(records);
    this.delete = records.delete.bind(records);
    this.add = records.add.bind(records);
  }

  get(...asked: Parameters<Records["get"]>): ReturnType<Records["get"]> {
    return this.#answer("get", () => this.#records.get(...asked));
  }

  put(...asked: Parameters<Records["put"]>): ReturnType<Records["put"]> {
    return this.#answer("put", () => this.#records.put(...asked));
  }

  watch(...[prefix, onChange]: Parameters<Records["watch"]>): ReturnType<Records["watch"]> {
    return this.#records.watch(prefix, (change) => {
      if (!this.deaf) onChange(change);
    });
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  async #answer<T>(method: Method, ask: () => Promise<T>): Promise<T> {
    const fails = this.fails[method];
    if (fails === "not done") throw new Error("Cannot answer: told to fail");
    const answer = await ask();
    if (this.delayMs > 0) await this.#later();
    if (fails === "done") throw new Error("Cannot answer: told to fail");
    return answer;
  }

  #later(): Promise<void> {
    return new Promise((resolve) => void this.#clock.alarm(this.#clock.now() + this.delayMs, resolve));
  }
}
