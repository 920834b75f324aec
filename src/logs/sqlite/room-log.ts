import type { Draft, Entry, Head, Outcome, Page, PageLimit, Range, RoomLog, Tail } from "../../actors/room/log.ts";
import { damagedEntry, entryOf } from "./body.ts";
import type { Found, Place, Read } from "./exchange.ts";
import { epochOf, outcomesOf } from "./outcomes.ts";
import { pack } from "./packing.ts";
import { found, type Threads, written } from "./threads.ts";

type OnReleased = (files: readonly string[]) => void;

const unavailable: Outcome = { type: "refused", reason: "unavailable" };
const unknown: Outcome = { type: "unknown" };

/** The room log as rooms know it: it asks the store's threads. */
export class SqliteRoomLog implements RoomLog {
  readonly shared = false;
  readonly #threads: Threads;
  readonly #close: () => Promise<void>;
  readonly #releases: Set<OnReleased>;

  constructor(threads: Threads, { releases, close }: { releases: Set<OnReleased>; close: () => Promise<void> }) {
    this.#threads = threads;
    this.#releases = releases;
    this.#close = close;
  }

  append(drafts: readonly Draft[], done: (outcomes: readonly Outcome[]) => void): void {
    const { packed, left } = pack(drafts);
    const sent = left.size === 0 ? drafts : drafts.filter((_, at) => !left.has(at));
    const finish = (outcomes: readonly Outcome[]): void => {
      if (left.size === 0) return done(outcomes);
      // What cannot be said as JSON cannot be kept, and does not spoil the rest.
      const rest = outcomes.values();
      done(drafts.map((_, at) => (left.has(at) ? unavailable : (rest.next().value ?? unknown))));
    };
    if (sent.length === 0) return finish([]);
    const asked = this.#threads.writer.ask(packed, (answer) => {
      if (answer === undefined) return finish(sent.map(() => unknown));
      if ("type" in answer) {
        const known = answer.type === "failed" && answer.known;
        this.#threads.did(answer.type === "failed" ? answer.message : "it answered what it was not asked");
        return finish(sent.map(() => (known ? unavailable : unknown)));
      }
      const [, , full] = answer;
      this.#threads.did(full ? "the store holds as much as it may" : undefined);
      finish(outcomesOf(sent, packed, answer, this.#threads.era));
    });
    if (!asked) finish(sent.map(() => unavailable));
  }

  async read(room: string, range: Range, { count, bytes }: PageLimit): Promise<Page> {
    const after = "after" in range;
    const [type, place] = after ? (["after", range.after] as const) : (["before", range.before] as const);
    const page = await this.#found({ type, room, place, count, bytes }, "page");
    const entries = page.bodies.map((body, at): Entry => {
      const seq = page.first + at;
      return body === null ? damagedEntry(seq) : entryOf(seq, page.ats[at] as number, body);
    });
    return { ...this.#head(page.place), entries };
  }

  async head(room: string): Promise<Head> {
    return this.#head((await this.#found({ type: "head", room }, "head")).place);
  }

  /** Nobody else appends: a folder is one process's own. */
  tail(): Tail {
    return { close: () => undefined };
  }

  async raise(room: string | undefined, version: number): Promise<void> {
    await written(this.#threads, { type: "raise", room, version }, "raised");
  }

  async attached(files: readonly string[]): Promise<ReadonlySet<string>> {
    return new Set((await found(this.#threads, { type: "attached", files }, "attached")).files);
  }

  released(onReleased: OnReleased): Tail {
    this.#releases.add(onReleased);
    return { close: () => void this.#releases.delete(onReleased) };
  }

  close(): Promise<void> {
    return this.#close();
  }

  /** Asks the reader; a room whose own row is damaged is mended first. */
  async #found<T extends "page" | "head">(
    request: Extract<Read, { readonly room: string }>,
    type: T,
  ): Promise<Extract<Found, { readonly type: T }>> {
    const answer: Found = await found<Found["type"]>(this.#threads, request, type, "lost");
    if (answer.type !== "lost") return answer as Extract<Found, { readonly type: T }>;
    await this.raise(request.room, 0);
    return found(this.#threads, request, type);
  }

  #head({ incarnation, seq, oldest }: Place): Head {
    return { epoch: epochOf(this.#threads.era, incarnation), seq, oldest };
  }
}
