import type { Draft, Entry, Outcome, RoomLog } from "../../../src/actors/room/mod.ts";

/** A log that does what a test says: answers late, not at all, or with an error. */
export class UnrulyLog implements RoomLog {
  readonly shared: boolean;
  /** Where entries really are; another one is a log that goes on under another epoch. */
  inner: RoomLog;
  reads: "pass" | "hold" | "fail" = "pass";
  appends: "pass" | "hold" | "throw" | "refuse" = "pass";
  /** How many drafts each append brought. */
  readonly batches: number[] = [];
  /** How often it was read. */
  readCount = 0;
  #held: (() => void)[] = [];
  readonly #tails = new Set<(epoch: string, entries: readonly Entry[]) => void>();

  constructor(inner: RoomLog, { shared = false }: { readonly shared?: boolean } = {}) {
    this.inner = inner;
    this.shared = shared;
  }

  append: RoomLog["append"] = (drafts, done) => {
    this.batches.push(drafts.length);
    if (this.appends === "throw") throw new Error("The disk is gone");
    if (this.appends === "refuse") return done(drafts.map(() => ({ type: "refused", reason: "unavailable" })));
    if (this.appends === "pass") return this.inner.append(drafts, done);
    this.#held.push(() => this.inner.append(drafts, done));
  };

  read: RoomLog["read"] = (room, range, limit) => this.#reading(() => this.inner.read(room, range, limit));

  head: RoomLog["head"] = (room) => this.#reading(() => this.inner.head(room));

  tail: RoomLog["tail"] = (_, onEntries) => {
    this.#tails.add(onEntries);
    return { close: () => void this.#tails.delete(onEntries) };
  };

  raise: RoomLog["raise"] = (room, version) => this.#reading(() => this.inner.raise(room, version));

  attached: RoomLog["attached"] = (files) => this.#reading(() => this.inner.attached(files));

  released: RoomLog["released"] = (onReleased) => this.inner.released(onReleased);

  close: RoomLog["close"] = () => this.inner.close();

  /** Appends as another node would, and answers what stands in the log now; nobody here hears of it. */
  appendElsewhere(room: string, contents: readonly string[]): { readonly epoch: string; readonly entries: Entry[] } {
    const sender = { id: "elsewhere", name: "elsewhere" };
    const drafts = contents.map(
      (content): Draft => ({ room, sender, content, data: undefined, key: undefined, at: 0, fence: undefined }),
    );
    let outcomes: readonly Outcome[] = [];
    this.inner.append(drafts, (all) => {
      outcomes = all;
    });
    const appended = outcomes.filter((outcome) => outcome.type === "appended");
    return { epoch: appended[0]?.epoch ?? "", entries: appended.map(({ entry }) => entry) };
  }

  /** Has the tails hear of entries. */
  tell(epoch: string, entries: readonly Entry[]): void {
    for (const onEntries of this.#tails) onEntries(epoch, entries);
  }

  /** Does everything that was held, and holds nothing more. */
  release(): void {
    this.reads = "pass";
    this.appends = "pass";
    for (const run of this.#held.splice(0)) run();
  }

  async #reading<T>(read: () => Promise<T>): Promise<T> {
    this.readCount += 1;
    if (this.reads === "fail") throw new Error("The disk is gone");
    // A log that is asked for ever would have the test wait for ever.
    if (this.readCount > 1_000) return new Promise(() => undefined);
    if (this.reads === "hold") await new Promise<void>((resolve) => this.#held.push(resolve));
    return read();
  }
}
