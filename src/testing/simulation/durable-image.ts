import type { Clock } from "../../actors/kernel/mod.ts";
import type { Draft, Entry, Outcome, PutOptions, PutOutcome, RoomLog } from "../../actors/room/mod.ts";
import type { Json } from "../../actors/wire/mod.ts";
import { MemoryStore } from "../../logs/memory.ts";
import { MemoryRecords } from "../../logs/memory-records.ts";

/**
 * One thing that was to be done, as the disk keeps it: doing them all again in their order yields the same. What is about
 * records bears the moment at which it was done, or asked for until then: what has ended by that has ended each time.
 */
export type Deed =
  | { readonly type: "append"; readonly draft: Draft }
  | { readonly type: "raise"; readonly room: string | undefined; readonly version: number }
  | {
      readonly type: "put";
      readonly key: string;
      readonly value: Json;
      readonly options: PutOptions | undefined;
      atMs: number;
    }
  | { readonly type: "delete"; readonly key: string; readonly options: PutOptions | undefined; atMs: number }
  | {
      readonly type: "add";
      readonly key: string;
      readonly amount: number;
      readonly options: PutOptions | undefined;
      atMs: number;
    }
  /** From here on, all rooms are in a new epoch. */
  | { readonly type: "renew"; readonly era: number; readonly starts: number };

/** As many changes of records may be lost with what was not safe. */
const LOST_VERSIONS = 2_000;

/** What became of a deed. */
export type Done = Outcome | PutOutcome | number | undefined;

/** All that a process knows of what is on its disk: what it was told to do, done. */
export class DurableImage {
  readonly log: RoomLog;
  readonly records: MemoryRecords;
  readonly #kept = new Map<string, Entry[]>();
  readonly #all = new Map<string, Entry[]>();
  #atMs: number | undefined;
  readonly #era: number;
  #room = "";

  /** `era` names the epochs of all rooms: one image has one, however often it was renewed before. */
  constructor(clock: Clock, { era, roomEntries }: { readonly era: number; readonly roomEntries: number }) {
    this.#era = era;
    this.log = this.#named(
      new MemoryStore({ roomEntries, newEpoch: () => this.epochOf(this.#room) }).connect({ shared: false }),
    );
    this.records = new MemoryRecords({
      now: () => this.#atMs ?? clock.now(),
      date: () => clock.date() - clock.now() + (this.#atMs ?? clock.now()),
      alarm: (atMs, run) => clock.alarm(Math.max(atMs, clock.now()), run),
    });
  }

  /** The entries that a room still has. */
  kept(room: string): readonly Entry[] {
    return this.#kept.get(room) ?? [];
  }

  /** All entries that a room ever had. */
  all(room: string): readonly Entry[] {
    return this.#all.get(room) ?? [];
  }

  /** Every room that ever had an entry. */
  get rooms(): Iterable<string> {
    return this.#all.keys();
  }

  epochOf(room: string): string {
    return `era-${this.#era} ${room}`;
  }

  /** Does a deed at once; its records' promises have what came of it. */
  do(deed: Deed): Promise<Done> | Done {
    switch (deed.type) {
      case "append":
        return this.#append(deed.draft);
      case "raise":
        return void this.log.raise(deed.room, deed.version) as undefined;
      case "put":
        return this.#at(deed.atMs, () => this.records.put(deed.key, deed.value, deed.options));
      case "delete":
        return this.#at(deed.atMs, () => this.records.delete(deed.key, deed.options));
      case "add":
        return this.#at(deed.atMs, () => this.records.add(deed.key, deed.amount, deed.options));
      case "renew":
        // Versions that were used and then lost are not used again.
        return Promise.all(Array.from({ length: LOST_VERSIONS }, () => this.records.delete(""))).then(() => undefined);
      default:
        return deed satisfies never;
    }
  }

  #append(draft: Draft): Outcome {
    let outcome: Outcome = { type: "unknown" };
    this.log.append([draft], ([only]) => {
      outcome = only ?? outcome;
    });
    return this.#note(draft.room, outcome);
  }

  #note(room: string, outcome: Outcome): Outcome {
    if (outcome.type !== "appended") return outcome;
    const kept = this.#kept.get(room) ?? [];
    this.#kept.set(room, kept);
    kept.push(outcome.entry);
    const all = this.#all.get(room) ?? [];
    this.#all.set(room, all);
    all.push(outcome.entry);
    while ((kept[0]?.seq ?? outcome.oldest) < outcome.oldest) kept.shift();
    return outcome;
  }

  /** Records are asked as of the moment that the deed bears, so that a lease lasts as long each time. */
  #at<T>(atMs: number, ask: () => T): T {
    this.#atMs = atMs;
    try {
      return ask();
    } finally {
      this.#atMs = undefined;
    }
  }

  /** Says which room is being spoken of, since an epoch bears its name. */
  #named(log: RoomLog): RoomLog {
    const of = <A extends readonly unknown[], R>(room: string, run: (...asked: A) => R, asked: A): R => {
      this.#room = room;
      return run(...asked);
    };
    return {
      ...log,
      append: (drafts, done) => of(drafts[0]?.room ?? "", log.append, [drafts, done]),
      read: (...asked) => of(asked[0], log.read, asked),
      head: (...asked) => of(asked[0], log.head, asked),
      tail: (...asked) => of(asked[0], log.tail, asked),
      raise: (...asked) => of(asked[0] ?? "", log.raise, asked),
    };
  }
}
