import type { Draft, Entry, Head, Outcome, Page, PageLimit, Range, RoomLog, Tail } from "../../actors/room/mod.ts";
import type { Dice } from "./dice.ts";
import { SimulatedFailure } from "./failure.ts";
import type { LogFaults } from "./faults.ts";
import type { Machine } from "./machine.ts";
import type { SimulatedStore } from "./store.ts";
import type { Timeline } from "./timeline.ts";

/** What a node's log is made of. */
export interface SimulatedLogOptions {
  readonly timeline: Timeline;
  readonly machine: Machine;
  readonly store: SimulatedStore;
  readonly dice: Dice;
  readonly faults: LogFaults;
  readonly shared: boolean;
  /** Hears of what the node wants appended. */
  readonly taken: (drafts: readonly Draft[]) => undefined;
}

interface Follower {
  readonly room: string;
  readonly onEntries: (epoch: string, entries: readonly Entry[]) => void;
  tail: Tail;
  closed: boolean;
}

/** One node's log over a common store: late, out of turn, refusing, unsure, deaf for a while, as the faults say. */
export class SimulatedLog implements RoomLog {
  readonly shared: boolean;
  readonly #options: SimulatedLogOptions;
  readonly #followers = new Set<Follower>();
  #committedMs = 0;

  constructor(options: SimulatedLogOptions) {
    this.#options = options;
    this.shared = options.shared;
  }

  append(drafts: readonly Draft[], done: (outcomes: readonly Outcome[]) => void): void {
    const { timeline, machine, faults, dice, taken } = this.#options;
    taken(drafts);
    if (dice.chance(faults.throws)) throw new SimulatedFailure("Cannot append: the simulated log has failed");
    const fates = drafts.map(() => (dice.chance(faults.refuses) ? "refused" : this.#fate()));
    const commit = (): readonly Outcome[] => drafts.map((draft, at) => this.#commit(draft, fates[at] ?? "done"));
    if (faults.delayMs === 0 && this.#committedMs <= timeline.now) return done(commit());
    // One batch after the other, though their answers may come in another order.
    this.#committedMs = Math.max(this.#committedMs, timeline.now + this.#delayMs());
    timeline.after(this.#committedMs - timeline.now, () => {
      if (machine.dead && dice.chance(0.5)) return; // it died before or after its request had left
      const outcomes = commit();
      timeline.after(this.#delayMs(), () => machine.post(() => done(outcomes)));
    });
  }

  read(room: string, range: Range, limit: PageLimit): Promise<Page> {
    return this.#answer(() => this.#inner.read(room, range, limit));
  }

  head(room: string): Promise<Head> {
    return this.#answer(() => this.#inner.head(room));
  }

  tail(room: string, onEntries: (epoch: string, entries: readonly Entry[]) => void): Tail {
    const follower: Follower = { room, onEntries, tail: { close: () => undefined }, closed: false };
    this.#followers.add(follower);
    this.#follow(follower);
    return {
      close: () => {
        follower.closed = true;
        follower.tail.close();
        this.#followers.delete(follower);
      },
    };
  }

  raise(room: string | undefined, version: number): Promise<void> {
    return this.#answer(() => this.#options.store.raise(this, room, version));
  }

  attached(files: readonly string[]): Promise<ReadonlySet<string>> {
    return this.#answer(() => this.#inner.attached(files));
  }

  released(onReleased: (files: readonly string[]) => void): Tail {
    return this.#inner.released(onReleased);
  }

  /** The store has gone back: tails are to be followed anew. */
  reconnect(): void {
    for (const follower of this.#followers) this.#follow(follower);
  }

  /** The node is gone. */
  cut(): void {
    for (const follower of this.#followers) follower.tail.close();
    this.#followers.clear();
  }

  close(): Promise<void> {
    this.cut();
    return Promise.resolve();
  }

  get #inner(): RoomLog {
    return this.#options.store.of(this);
  }

  #delayMs(): number {
    const { dice, faults } = this.#options;
    return faults.delayMs === 0 ? 0 : dice.ms(0, faults.delayMs);
  }

  #fate(): "done" | "unknown" | "lost" {
    const { dice, faults } = this.#options;
    if (!dice.chance(faults.unsure)) return "done";
    return dice.chance(0.5) ? "unknown" : "lost";
  }

  #commit(draft: Draft, fate: "done" | "refused" | "unknown" | "lost"): Outcome {
    if (fate === "refused") return { type: "refused", reason: "unavailable" };
    if (fate === "lost") return { type: "unknown" };
    const outcome = this.#options.store.append(this, draft);
    return fate === "unknown" ? { type: "unknown" } : outcome;
  }

  #answer<T>(read: () => Promise<T>): Promise<T> {
    const { timeline, dice, faults } = this.#options;
    timeline.promised();
    if (faults.deafUntilMs > timeline.now || dice.chance(faults.readFails)) {
      return new Promise((_, reject) => {
        this.#later(this.#delayMs(), () =>
          reject(new SimulatedFailure("Cannot read: the simulated log does not answer")),
        );
      });
    }
    const [before, behind] = [this.#delayMs(), this.#delayMs()];
    if (before + behind === 0) return read();
    return new Promise((resolve, reject) => {
      timeline.after(before, () => {
        timeline.promised();
        read().then((page) => this.#later(behind, () => resolve(page)), reject);
      });
    });
  }

  #later(ms: number, settle: () => void): void {
    const { timeline, machine } = this.#options;
    timeline.after(ms, () =>
      machine.post(() => {
        timeline.promised();
        settle();
      }),
    );
  }

  #follow(follower: Follower): void {
    const { machine, timeline, dice, faults } = this.#options;
    follower.tail.close();
    follower.tail = this.#inner.tail(follower.room, (epoch, entries) => {
      if (dice.chance(faults.tailLost)) return;
      const copies = dice.chance(faults.tailTwice) ? 2 : 1;
      for (let copy = 0; copy < copies; copy += 1) {
        timeline.after(dice.ms(0, faults.tailDelayMs), () =>
          machine.post(() => {
            if (!follower.closed) follower.onEntries(epoch, entries);
          }),
        );
      }
    });
  }
}
