import type {
  Entry,
  Joined,
  MembersEvent,
  Message,
  Position,
  Presence,
  Redacted,
  Reset,
  Tombstone,
} from "../../src/actors/wire/mod.ts";
import { AudienceView } from "../../src/testing/simulation/audience-view.ts";
import { type Book, sayingOf } from "./book.ts";

/** Whose place it is, and who hears what he makes of it. */
export interface PlaceOwner {
  readonly name: string;
  readonly book: Book;
  /** Somebody else has gone, as far as he is told. */
  readonly wentAway?: (room: string, ids: readonly string[]) => void;
}

/** One room from a client's side: how far it has come in the log, through all its connections, and who is there. */
export class Place {
  readonly room: string;
  readonly #owner: PlaceOwner;
  readonly audience: AudienceView = new AudienceView();
  /** Whether it is a member now. */
  inside = false;
  position: Position | undefined;
  /** When the newest message that it was shown was said, in ms of this machine's clock. */
  newestMs = Number.NEGATIVE_INFINITY;
  resets = 0;
  /** What it has not been shown yet, since epochs ended: the history has it. */
  readonly missed: { readonly after: number; readonly before: number }[] = [];

  constructor(room: string, owner: PlaceOwner) {
    this.room = room;
    this.#owner = owner;
  }

  /** It is a member again, having asked for what came behind `since`. */
  joined(event: Joined, since: Position | undefined): void {
    const { epoch, seq, recovered, messages, oldest } = event;
    const reachable = since !== undefined && since.epoch === epoch && since.seq >= oldest - 1 && since.seq <= seq;
    if (since !== undefined && recovered !== reachable) {
      this.#fail("lie", `recovered: ${recovered} from ${spell(since)}, at ${epoch}/${oldest}..${seq}`);
    }
    // Nothing that was shown can be gone, whatever the epoch is called now.
    if (since !== undefined && seq < since.seq) this.#fail("lost", `joined at ${seq}, having been at ${since.seq}`);
    let last = recovered === true ? (since?.seq ?? seq) : (messages[0]?.seq ?? seq + 1) - 1;
    if (recovered !== true && since !== undefined) this.#goesOnAt(last + 1, since);
    for (const entry of messages) {
      this.#follows(entry, last);
      last = entry.seq;
    }
    this.position = { epoch, seq: last };
    this.inside = true;
    this.audience.joined(event);
  }

  entry(event: Message | Tombstone | Redacted): void {
    if (this.position === undefined) return this.#fail("lie", `was shown ${event.seq} without being a member`);
    const { epoch, seq } = this.position;
    this.position = { epoch, seq: event.seq };
    this.#follows(event, seq);
  }

  reset({ epoch, seq, reason }: Reset): void {
    const before = this.position;
    if (reason === "trimmed") this.#fail("lie", `was told that ${spell(before)} is trimmed, and nothing is`);
    if (epoch === before?.epoch) this.#fail("lie", `was told of a new epoch, and it is still ${epoch}`);
    if (before !== undefined && seq < before.seq)
      this.#fail("lost", `was reset to ${seq}, having been at ${before.seq}`);
    if (before !== undefined) this.#goesOnAt(seq + 1, before);
    this.position = { epoch, seq };
  }

  /** A page of the history, for what was missed first. */
  read(messages: readonly Entry[]): void {
    const gap = this.missed.shift();
    if (gap === undefined) return this.#fail("lie", "was shown a history that it has not asked for");
    let { after } = gap;
    for (const entry of messages) {
      if (entry.seq >= gap.before) break;
      this.#follows(entry, after);
      after = entry.seq;
    }
    if (messages.length === 0) this.#fail("lost", `has nothing between ${after} and ${gap.before}`);
    else if (after + 1 < gap.before) this.missed.unshift({ after, before: gap.before });
  }

  changed(event: Presence): void {
    this.audience.changed(event);
    if (event.left !== undefined) this.#owner.wentAway?.(this.room, event.left);
  }

  listed(event: MembersEvent): void {
    this.audience.listed(event);
  }

  #goesOnAt(seq: number, { seq: last }: Position): void {
    this.resets += 1;
    if (seq > last + 1) this.missed.push({ after: last, before: seq });
  }

  #follows(event: Message | Tombstone | Redacted, seq: number): void {
    if (event.seq <= seq) this.#fail("duplicate", `was shown ${event.seq} behind ${seq}`);
    else if (event.seq !== seq + 1) this.#fail("lost", `was shown ${event.seq} behind ${seq}`);
    if (event.type !== "message" || event.content === undefined) return this.#fail("phantom", `was shown a redaction`);
    this.#owner.book.shown(this.room, { seq: event.seq, content: event.content }, this.#owner.name);
    this.newestMs = Math.max(this.newestMs, sayingOf(event.content).atMs);
  }

  #fail(fault: Parameters<Book["fail"]>[0], text: string): void {
    this.#owner.book.fail(fault, this.#owner.name, `${this.room}: ${text}`);
  }
}

function spell(position: Position | undefined): string {
  return position === undefined ? "nowhere" : `${position.epoch}/${position.seq}`;
}
