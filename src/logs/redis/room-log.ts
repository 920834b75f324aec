import type { Clock } from "../../actors/kernel/mod.ts";
import type { Draft, Entry, Head, Outcome, Page, PageLimit, Range, RoomLog, Tail } from "../../actors/room/log.ts";
import type { Broker } from "./broker.ts";
import { entryOf, fileOf, fileText, valuesOf } from "./entry-text.ts";
import { escaped } from "./escape.ts";
import { Followers } from "./followers.ts";
import type { Reply } from "./line.ts";
import { Retention } from "./retention.ts";
import { append, attached, raise, read, verdicts } from "./room-scripts.ts";
import { NotDone } from "./trouble.ts";

/** How much of a room is kept; past it, its oldest entries go. */
export interface RedisLimits {
  readonly roomEntries: number;
  readonly roomBytes: number;
  readonly roomMs: number;
}

/** A duration that is none, as a number that Redis can reckon with. */
const EVER = 8_640_000_000_000_000;

const unavailable: Outcome = { type: "refused", reason: "unavailable" };
const unknown: Outcome = { type: "unknown" };

/** Entries on Redis, appended to by any number of nodes. */
export class RedisRoomLog implements RoomLog {
  readonly shared = true;
  readonly #broker: Broker;
  readonly #kept: readonly [entries: string, bytes: string, ms: string];
  readonly #followers: Followers;
  readonly #retention: Retention;
  readonly #releases = new Set<(files: readonly string[]) => void>();
  readonly #close: () => Promise<void>;

  constructor(
    broker: Broker,
    {
      limits,
      clock,
      close,
    }: { readonly limits: RedisLimits; readonly clock: Clock; readonly close: () => Promise<void> },
  ) {
    this.#broker = broker;
    this.#kept = [String(limits.roomEntries), String(limits.roomBytes), String(Math.min(limits.roomMs, EVER))];
    this.#close = close;
    this.#followers = new Followers(broker, this);
    this.#retention = new Retention(broker, {
      clock,
      ms: this.#kept[2],
      keysOf: (room) => this.#keys(room),
      kept: this.#kept,
      released: (files) => this.#tellReleased(files),
    });
  }

  append(drafts: readonly Draft[], done: (outcomes: readonly Outcome[]) => void): void {
    const outcomes: Outcome[] = drafts.map(() => unknown);
    const rooms = new Map<string, { readonly values: string[]; readonly places: number[] }>();
    for (const [at, draft] of drafts.entries()) {
      const values = valuesOf(draft);
      if (values === undefined) {
        outcomes[at] = unavailable;
        continue;
      }
      const room = rooms.get(draft.room) ?? { values: [], places: [] };
      rooms.set(draft.room, room);
      room.values.push(...values);
      room.places.push(at);
    }
    // One script for each room, all of them asked for at once.
    const asked = [...rooms].map(async ([room, { values, places }]) => {
      const said = await this.#append(room, values, places.length);
      for (const [index, at] of places.entries()) outcomes[at] = said(drafts[at] as Draft, index);
    });
    const answer = (): void => done(outcomes);
    Promise.all(asked).then(answer, answer);
  }

  async read(room: string, range: Range, { count, bytes }: PageLimit): Promise<Page> {
    const [which, place] = "after" in range ? ["after", range.after] : ["before", range.before];
    const name = escaped(room);
    const args = [which, String(place), String(Math.max(0, count)), String(bytes)];
    const { era, values } = await this.#asked("read", () => this.#broker.ask(read, this.#keys(name).slice(0, 2), args));
    const [incarnation, seq, oldest, first, texts] = values as [Reply, number, number, number, readonly string[]];
    const step = which === "after" ? 1 : -1;
    const entries = texts.map((text, at) => entryOf(first + step * at, text));
    if (step < 0) entries.reverse();
    return { epoch: epochOf(era, incarnation), seq, oldest, entries };
  }

  async head(room: string): Promise<Head> {
    const { epoch, seq, oldest } = await this.read(room, { after: 0 }, { count: 0, bytes: 0 });
    return { epoch, seq, oldest };
  }

  tail(room: string, onEntries: (epoch: string, entries: readonly Entry[]) => void): Tail {
    return this.#followers.follow(room, onEntries);
  }

  async raise(room: string | undefined, version: number): Promise<void> {
    const keys = room === undefined ? [] : this.#keys(escaped(room)).slice(0, 2);
    await this.#asked("raise", () => this.#broker.ask(raise, keys, [String(version)]));
  }

  async attached(files: readonly string[]): Promise<ReadonlySet<string>> {
    if (files.length === 0) return new Set();
    const { values } = await this.#asked("read", () =>
      this.#broker.ask(attached, [this.#broker.name("files")], files.map(fileText)),
    );
    const [named] = values as [readonly number[]];
    return new Set(files.filter((_, at) => named[at] === 1));
  }

  released(onReleased: (files: readonly string[]) => void): Tail {
    const listener = (files: readonly string[]): void => onReleased(files);
    this.#releases.add(listener);
    return { close: () => void this.#releases.delete(listener) };
  }

  close(): Promise<void> {
    return this.#close();
  }

  /** Ends what goes on by itself. */
  stop(): void {
    this.#retention.stop();
    this.#followers.stop();
  }

  /** Appends drafts of one room; answers how to tell what became of each. */
  async #append(
    room: string,
    values: readonly string[],
    count: number,
  ): Promise<(draft: Draft, index: number) => Outcome> {
    const name = escaped(room);
    const args = [this.#followers.channelOf(room), this.#broker.node, ...this.#kept, name, ...values];
    try {
      const answer = await this.#broker.ask(append, this.#keys(name), args);
      const [incarnation, released, numbers] = answer.values as [Reply, readonly string[], readonly number[]];
      const epoch = epochOf(answer.era, incarnation);
      this.#tellReleased(released);
      const outcomes = Array.from({ length: count }, (_, index) => outcomeOf(epoch, numbers, index));
      this.#followers.appended(room, epoch, numbers);
      return (draft, index) => (outcomes[index] as (draft: Draft) => Outcome)(draft);
    } catch (error) {
      return () => (error instanceof NotDone ? unavailable : unknown);
    }
  }

  #tellReleased(texts: readonly string[]): void {
    if (texts.length === 0) return;
    const files = texts.map(fileOf);
    for (const onReleased of this.#releases) onReleased(files);
  }

  /** Those of a room share a hash slot; the last two are the store's. */
  #keys(name: string): readonly string[] {
    const own = ["head", "log", "marks"].map((what) => this.#broker.name("room:{", name, "}:", what));
    return [...own, this.#broker.name("files"), this.#broker.name("ages")];
  }

  async #asked<T>(what: string, ask: () => Promise<T>): Promise<T> {
    try {
      return await ask();
    } catch (error) {
      throw new Error(`Cannot ${what}: ${(error as Error).message}`, { cause: error });
    }
  }
}

function epochOf(era: string, incarnation: Reply): string {
  return `${era}.${String(incarnation)}`;
}

function outcomeOf(epoch: string, numbers: readonly number[], index: number): (draft: Draft) => Outcome {
  const [what = 0, seq = 0, oldest = 0] = numbers.slice(3 * index, 3 * index + 3);
  const verdict = verdicts[what];
  return ({ room: _, fence: __, policy: ___, ...said }) => {
    if (verdict === "appended") return { type: "appended", epoch, entry: { seq, ...said }, oldest };
    if (verdict === "duplicate") return { type: "duplicate", epoch, seq };
    return verdict === undefined ? unknown : { type: "refused", reason: verdict };
  };
}
