import type { Draft, Entry, Outcome } from "../../actors/room/mod.ts";
import type { Message, Redacted, Tombstone } from "../../actors/wire/mod.ts";
import { Exclusions } from "./exclusions.ts";
import { Sanctions } from "./sanctions.ts";
import { States } from "./states.ts";
import type { StoreWitness } from "./store.ts";

/** A promise that was broken. */
export interface Violation {
  readonly kind: ViolationKind;
  readonly atMs: number;
  readonly who: string;
  readonly text: string;
}

/** What is looked for. */
export type ViolationKind =
  /** Acknowledged and not in the log, or in the log and not delivered. */
  | "lost"
  /** Shown or kept, and never committed; or refused, and there all the same. */
  | "phantom"
  | "duplicated"
  /** An entry comes where another was due. */
  | "skipped"
  /** What one client said stands in another order. */
  | "reordered"
  /** Two who read the same place see different things. */
  | "disagreement"
  /** What the server says of itself is not so. */
  | "lie"
  | "presence"
  | "memory"
  | "unanswered"
  | "answered twice"
  | "stuck"
  /** An event that is none, or one that may not come here. */
  | "protocol"
  /** Something failed that nobody had broken. */
  | "crash"
  /** An actor was treated other than the kernel promises. */
  | "kernel"
  /** A room's state was shown older behind newer, or other than it was; or what was acknowledged gave way to what came before. */
  | "state"
  /** Somebody wrote, or was there, whom a moderator had kept from it; or what was redacted was shown. */
  | "moderation"
  /** A host wrote though its lease had passed on, or nobody took it up. */
  | "host"
  /** A broken rule of whoever wrote the simulation. */
  | "rule";

/** Something a client wants said, whatever it takes. */
export interface Publish {
  readonly room: string;
  readonly user: string;
  readonly content: string;
  readonly data: number | undefined;
  readonly key: string | undefined;
  outcome: "open" | "ok" | "failed";
  /** Whether one attempt had no known outcome: whatever comes later, it may be in the log. */
  doubtful: boolean;
  seq: number | undefined;
}

/** What really happened to every log, and what was broken: the truth that all readers are held against. */
export class Ledger implements StoreWitness {
  readonly violations: Violation[] = [];
  readonly publishes: Publish[] = [];
  readonly states: States = new States(this);
  readonly sanctions: Sanctions = new Sanctions((kind, who, text) => this.fail(kind, who, text));
  readonly exclusions: Exclusions;
  /** The newest token under which a host has written, and when, by room and epoch. */
  readonly #hosts = new Map<string, { readonly token: number; readonly atMs: number }>();
  readonly #now: () => number;
  readonly #onViolation: (violation: Violation) => void;
  /** By room, then epoch, then place. */
  readonly #rooms = new Map<string, Map<string, Entry[]>>();

  constructor(now: () => number, onViolation: (violation: Violation) => void) {
    this.#now = now;
    this.exclusions = new Exclusions(now, (kind, who, text) => this.fail(kind, who, text));
    this.#onViolation = onViolation;
  }

  get now(): number {
    return this.#now();
  }

  fail(kind: ViolationKind, who: string, text: string): undefined {
    const violation = { kind, atMs: this.#now(), who, text };
    this.violations.push(violation);
    this.#onViolation(violation);
  }

  committed(room: string, epoch: string, entry: Entry): void {
    const epochs = this.#rooms.get(room) ?? new Map<string, Entry[]>();
    this.#rooms.set(room, epochs);
    const entries = epochs.get(epoch) ?? [];
    epochs.set(epoch, entries);
    if (entry.seq !== entries.length + 1) {
      this.fail("skipped", "log", `${room}: ${entry.seq} follows ${entries.length} in ${epoch}`);
    }
    entries[entry.seq - 1] = entry;
    this.sanctions.committed(room, epoch, entry);
  }

  /** An engine has done what a draft asks for. */
  appended({ room, fence }: Pick<Draft, "room" | "fence">, outcome: Outcome): undefined {
    if (outcome.type !== "appended") return;
    if (fence !== undefined) this.hosted(room, outcome.epoch, fence.token);
    this.committed(room, outcome.epoch, outcome.entry);
  }

  replaying(now: boolean): void {
    this.sanctions.replaying = now;
  }

  hosted(room: string, epoch: string, token: number): void {
    const newest = this.#hosts.get(`${room} ${epoch}`)?.token ?? 0;
    if (token < newest) this.fail("host", "log", `${room} ${epoch}: lease ${token} writes behind lease ${newest}`);
    this.#hosts.set(`${room} ${epoch}`, { token: Math.max(token, newest), atMs: this.#now() });
  }

  /** The newest token under which a host of a room has written; 0 where none has. */
  hostedToken(room: string, epoch: string): number {
    return this.#hosts.get(`${room} ${epoch}`)?.token ?? 0;
  }

  /** Every room in which something was committed. */
  get rooms(): Iterable<string> {
    return this.#rooms.keys();
  }

  /** What was committed at a place. */
  at(room: string, epoch: string, seq: number): Entry | undefined {
    return this.#rooms.get(room)?.get(epoch)?.[seq - 1];
  }

  /** When a host of a room has written last; -1 where none has. */
  hostedMs(room: string): number {
    const times = [...this.#hosts].filter(([name]) => name.startsWith(`${room} `)).map(([, { atMs }]) => atMs);
    return Math.max(-1, ...times);
  }

  /** Whether a room has ever had an epoch; one without entries leaves no mark. */
  knows(room: string, epoch: string): boolean {
    return this.#rooms.get(room)?.has(epoch) === true;
  }

  /** Where an epoch of a room has come to. */
  head(room: string, epoch: string): number {
    return this.#rooms.get(room)?.get(epoch)?.length ?? 0;
  }

  /** Holds what a user was shown against what was committed. */
  shown(who: string, user: string, epoch: string, event: Message | Tombstone | Redacted): undefined {
    const at = `${event.room} ${epoch}/${event.seq}`;
    const entry = this.#rooms.get(event.room)?.get(epoch)?.[event.seq - 1];
    if (entry === undefined) return this.fail("phantom", who, `was shown ${at}, which is not in the log`);
    if (event.type === "redacted") {
      const same = entry.redacts?.target === event.target && entry.sender.id === event.by && entry.at === event.at;
      return same ? undefined : this.fail("disagreement", who, `was shown another redaction than stands at ${at}`);
    }
    if (event.redacted === true) {
      const told = entry.redacted === true || this.sanctions.redacted(event.room, epoch, event.seq);
      return told ? undefined : this.fail("lie", who, `was shown ${at} as redacted, which it is not`);
    }
    const same =
      entry.content === event.content &&
      entry.sender.id === event.sender.id &&
      entry.sender.name === event.sender.name &&
      entry.at === event.at &&
      JSON.stringify(entry.data) === JSON.stringify(event.data);
    if (!same) return this.fail("disagreement", who, `was shown other than what stands at ${at}`);
    const key = entry.sender.id === user ? entry.key : undefined;
    if (event.key !== key)
      this.fail("protocol", who, `was shown the key ${event.key ?? "none"} at ${at}, not ${key ?? "none"}`);
  }

  /** Holds an acknowledgement against what was committed; answers the epoch that it stands in. */
  acknowledged(who: string, publish: Publish, seq: number): string | undefined {
    publish.outcome = "ok";
    publish.seq = seq;
    for (const [epoch, entries] of this.#rooms.get(publish.room) ?? []) {
      const entry = entries[seq - 1];
      if (entry?.content === publish.content && entry.sender.id === publish.user) return epoch;
    }
    this.fail("lost", who, `was told ${publish.room}/${seq} for what is not there`);
    return undefined;
  }

  /** In the end: what failed is nowhere, and what was said stands nowhere twice. */
  settle(kept: (room: string) => readonly Entry[]): undefined {
    this.states.settle();
    const refused = new Set<string>();
    for (const { room, content, outcome, doubtful } of this.publishes)
      if (outcome === "failed" && !doubtful) refused.add(`${room} ${content}`);
    for (const [room, epochs] of this.#rooms) {
      for (const [epoch, entries] of epochs) {
        // Without holes, unless one was found and said before.
        for (const { content, seq } of entries.filter((entry) => entry !== undefined)) {
          if (refused.has(`${room} ${content}`)) {
            this.fail("phantom", "log", `${room} ${epoch}/${seq} is there, and its sender was told it failed`);
          }
        }
      }
      const seen = new Set<string>();
      for (const { content, seq, redacts, redacted } of kept(room)) {
        if (redacts !== undefined || redacted === true) continue;
        if (seen.has(content)) this.fail("duplicated", "log", `${room}/${seq} stands there twice`);
        seen.add(content);
      }
    }
  }
}
