import type { Draft, Entry, Head, Outcome, RoomLog } from "../../actors/room/mod.ts";
import { MemoryStore } from "../../logs/memory.ts";

/** Hears of what really happens to a log. */
export interface StoreWitness {
  /** An entry stands in the log from now on. */
  committed(room: string, epoch: string, entry: Entry): void;
  /** A host has written, under a lease of that token. */
  hosted(room: string, epoch: string, token: number): void;
  /** From now on, or no longer, what is committed had been so before. */
  replaying(now: boolean): void;
}

/** What is common to all nodes: the log's entries. It may go back, which no node is told. */
export class SimulatedStore {
  readonly #roomEntries: number;
  readonly #witness: StoreWitness;
  /** What each room still has. */
  readonly #kept = new Map<string, Entry[]>();
  /** The oldest policies that it takes, by room; by no name, the house's. */
  readonly #policies = new Map<string | undefined, number>();
  #epochs = 0;
  #writers = new WeakMap<object, RoomLog>();
  #store: MemoryStore;
  #reader: RoomLog;

  constructor(witness: StoreWitness, { roomEntries }: { readonly roomEntries: number }) {
    this.#witness = witness;
    this.#roomEntries = roomEntries;
    this.#store = this.#made();
    this.#reader = this.#store.connect();
  }

  /** The log as a node sees it that suffers no faults. */
  of(node: object): RoomLog {
    let log = this.#writers.get(node);
    if (log === undefined) {
      log = this.#store.connect();
      this.#writers.set(node, log);
    }
    return log;
  }

  /** Appends one draft; tails of other nodes are told at once. */
  append(node: object, draft: Draft): Outcome {
    let outcome = { type: "unknown" } as Outcome;
    this.of(node).append([draft], ([only]) => {
      outcome = only ?? outcome;
    });
    if (draft.fence !== undefined && outcome.type === "appended") {
      this.#witness.hosted(draft.room, outcome.epoch, draft.fence.token);
    }
    return this.#noted(draft.room, outcome);
  }

  /** Refuses from now on what was allowed under older policies; this outlives what it loses. */
  raise(node: object, room: string | undefined, version: number): Promise<void> {
    this.#policies.set(room, Math.max(version, this.#policies.get(room) ?? 0));
    return this.of(node).raise(room, version);
  }

  /** Where a room's log is. */
  head(room: string): Promise<Head> {
    return this.#reader.head(room);
  }

  /** The entries that a room's log still has. */
  kept(room: string): readonly Entry[] {
    return this.#kept.get(room) ?? [];
  }

  /** Loses the last entries of each room, at most `lost`, and goes on under new epochs: a restored backup. */
  rollBack(lost: number): undefined {
    const rooms = [...this.#kept];
    this.#kept.clear();
    this.#writers = new WeakMap();
    this.#store = this.#made();
    this.#reader = this.#store.connect();
    this.#witness.replaying(true);
    for (const [room, entries] of rooms) this.#replay(room, entries, Math.max(0, entries.length - lost));
    this.#witness.replaying(false);
    for (const [room, version] of this.#policies) {
      this.#reader.raise(room, version).catch(() => undefined); // a log in memory does it at once, and never fails
    }
  }

  /** Appends the first entries of a room anew. What was redacted stays so, though the redaction itself be lost. */
  #replay(room: string, entries: readonly Entry[], count: number): undefined {
    const offset = (entries[0]?.seq ?? 1) - 1;
    const lost = new Set(entries.slice(count).map(({ redacts }) => redacts?.target));
    for (const { seq, redacts, ...said } of entries.slice(0, count)) {
      const place = redacts === undefined ? {} : { redacts: { ...redacts, target: redacts.target - offset } };
      const tombstone = lost.has(seq) ? { content: "", data: undefined, redacted: true } : {};
      this.append(this, { ...said, ...place, ...tombstone, room, fence: undefined });
    }
  }

  #made(): MemoryStore {
    return new MemoryStore({ roomEntries: this.#roomEntries, newEpoch: () => `epoch-${(this.#epochs += 1)}` });
  }

  #noted(room: string, outcome: Outcome): Outcome {
    if (outcome.type !== "appended") return outcome;
    const kept = this.#kept.get(room) ?? [];
    kept.push(outcome.entry);
    while ((kept[0]?.seq ?? outcome.oldest) < outcome.oldest) kept.shift();
    this.#kept.set(room, kept);
    this.#witness.committed(room, outcome.epoch, outcome.entry);
    return outcome;
  }
}
