import type {
  Change,
  Draft,
  Entry,
  Head,
  Outcome,
  Page,
  PageLimit,
  PutOptions,
  PutOutcome,
  Range,
  Records,
  RecordsPage,
  RoomLog,
  Stored,
  Tail,
  Watch,
} from "../../actors/room/mod.ts";
import type { Json } from "../../actors/wire/mod.ts";
import type { SimulatedDisk } from "./disk.ts";
import type { Deed, Done, DurableImage } from "./durable-image.ts";
import type { DurableStoreOptions } from "./durable-store.ts";
import { SimulatedFailure } from "./failure.ts";
import type { Machine } from "./machine.ts";

/** What an engine is made of. */
export interface DurableEngineOptions extends Omit<DurableStoreOptions, "disk"> {
  readonly machine: Machine;
  readonly image: DurableImage;
  readonly disk: SimulatedDisk<readonly Deed[]>;
}

/** A deed that waits to be safe, and who is told: what came of it, or `undefined` where nobody can tell. */
interface Waiting {
  readonly deed: Deed;
  readonly done: (done: Done | "unknown" | "refused") => void;
}

/** What is made safe together. */
interface Batch {
  readonly waiting: readonly Waiting[];
  readonly record: readonly Deed[];
  results: readonly Done[] | undefined;
}

/** In the background, what processes have written is made safe this often. */
const BACKGROUND_MS = 500;

/**
 * One process's log and records on a disk: whatever comes while a commit is under way goes together into the next, and
 * nobody is told or shown anything before it is as safe as was promised.
 */
export class DurableEngine implements RoomLog {
  readonly shared = false;
  readonly records: Records;
  readonly #options: DurableEngineOptions;
  #queue: Waiting[] = [];
  #busy = false;

  constructor(options: DurableEngineOptions) {
    this.#options = options;
    this.records = this.#recordsOf();
    if (options.durability === "process") this.#syncNow();
  }

  append(drafts: readonly Draft[], done: (outcomes: readonly Outcome[]) => void): void {
    const outcomes: Outcome[] = [];
    for (const [at, draft] of drafts.entries()) {
      this.#submit({ type: "append", draft }, (result) => {
        outcomes[at] = outcomeOf(result);
        // Deeds are answered in their order, so the last one comes last.
        if (at === drafts.length - 1) done(outcomes);
      });
    }
  }

  read(room: string, range: Range, limit: PageLimit): Promise<Page> {
    return this.#ask(() => this.#options.image.log.read(room, range, limit));
  }

  head(room: string): Promise<Head> {
    return this.#ask(() => this.#options.image.log.head(room));
  }

  tail(room: string, onEntries: (epoch: string, entries: readonly Entry[]) => void): Tail {
    return this.#options.image.log.tail(room, onEntries);
  }

  raise(room: string | undefined, version: number): Promise<void> {
    return this.#promise<undefined>({ type: "raise", room, version });
  }

  attached(files: readonly string[]): Promise<ReadonlySet<string>> {
    return this.#ask(() => this.#options.image.log.attached(files));
  }

  released(onReleased: (files: readonly string[]) => void): Tail {
    return this.#options.image.log.released(onReleased);
  }

  /** Its process is gone. */
  cut(): void {
    this.#queue = [];
    this.#options.disk.abandon();
  }

  /** A disk does not go back while a process has it open. */
  reconnect(): void {}

  close(): Promise<void> {
    return Promise.resolve();
  }

  #submit(deed: Deed, done: Waiting["done"]): void {
    this.#queue.push({ deed, done });
    if (this.#queue.length === 1 && !this.#busy) this.#options.machine.post(() => this.#commit());
  }

  #commit(): void {
    if (this.#busy || this.#queue.length === 0) return;
    const waiting = this.#queue;
    this.#queue = [];
    const batch: Batch = { waiting, record: waiting.map(({ deed }) => deed), results: undefined };
    try {
      this.#options.disk.write(batch.record);
    } catch {
      for (const { done } of waiting) done("refused");
      return;
    }
    this.#busy = true;
    this.#makeSafe((ok) => this.#settle(batch, ok));
  }

  /** Has what was written made as safe as was promised. */
  #makeSafe(done: (ok: boolean) => void): void {
    const { durability, disk, timeline } = this.#options;
    if (durability === "power") disk.sync(done);
    else timeline.after(0.125, () => done(true));
  }

  #settle(batch: Batch, ok: boolean): void {
    const { machine, disk } = this.#options;
    if (machine.dead) return; // what is on the disk is found when it is opened again
    if (ok || disk.records.includes(batch.record)) batch.results ??= this.#do(batch);
    const { results } = batch;
    machine.post(() => {
      this.#busy = false;
      for (const [at, { done }] of batch.waiting.entries()) done(ok ? results?.[at] : "unknown");
      this.#commit();
    });
  }

  #do({ record }: Batch): readonly Done[] {
    const { image, ledger, timeline } = this.#options;
    return record.map((deed) => {
      if ("atMs" in deed) deed.atMs = timeline.now;
      const done = image.do(deed);
      if (deed.type === "append") ledger.appended(deed.draft, done as Outcome);
      return done as Done;
    });
  }

  #syncNow(): void {
    const { timeline, machine, disk } = this.#options;
    timeline.after(BACKGROUND_MS, () => {
      if (machine.dead) return;
      disk.sync(() => this.#syncNow());
    });
  }

  /** Does a deed, and says in a promise what came of it; rejects where it was not done, or nobody can tell. */
  #promise<T>(deed: Deed): Promise<T> {
    const { timeline } = this.#options;
    return new Promise((resolve, reject) => {
      this.#submit(deed, (done) => {
        timeline.promised();
        if (done === "unknown" || done === "refused") reject(new SimulatedFailure(`Cannot tell: ${done}`));
        else resolve(done as T);
      });
    });
  }

  #ask<T>(read: () => Promise<T>): Promise<T> {
    const { timeline, machine, dice, faults } = this.#options;
    const fails = faults.deafUntilMs > timeline.now || dice.chance(faults.readFails);
    return new Promise((resolve, reject) => {
      timeline.after(faults.delayMs === 0 ? 0 : dice.ms(0, faults.delayMs), () =>
        machine.post(() => {
          timeline.promised();
          if (fails) reject(new SimulatedFailure("Cannot read: the simulated disk does not answer"));
          else read().then(resolve, reject);
        }),
      );
    });
  }

  #recordsOf(): Records {
    const { image, machine, timeline } = this.#options;
    const atMs = (): number => timeline.now;
    return {
      get: (key) => this.#ask<Stored | undefined>(() => image.records.get(key)),
      list: (prefix, options) => this.#ask<RecordsPage>(() => image.records.list(prefix, options)),
      put: (key: string, value: Json, options?: PutOptions) =>
        this.#promise<PutOutcome>({ type: "put", key, value, options, atMs: atMs() }),
      delete: (key, options) => this.#promise<PutOutcome>({ type: "delete", key, options, atMs: atMs() }),
      add: (key, amount, options) => this.#promise<number>({ type: "add", key, amount, options, atMs: atMs() }),
      watch: (prefix: string, onChange: (change: Change) => void): Watch =>
        image.records.watch(prefix, (change) => machine.post(() => onChange(change))),
      close: () => Promise.resolve(),
    };
  }
}

function outcomeOf(done: Done | "unknown" | "refused"): Outcome {
  if (done === "unknown") return { type: "unknown" };
  if (done === "refused") return { type: "refused", reason: "unavailable" };
  return done as Outcome;
}
