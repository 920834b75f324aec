import type { Entry, RoomLog, Tail } from "../../actors/room/log.ts";
import type { Broker } from "./broker.ts";
import { escaped } from "./escape.ts";
import { Follower } from "./follower.ts";
import { verdicts } from "./room-scripts.ts";

/**
 * Who follows which room on this node. A room has one channel, which says no more than who has appended: what was
 * appended is read from the log, so that what is not heard is late and not lost.
 */
export class Followers {
  readonly #broker: Broker;
  readonly #log: Pick<RoomLog, "read" | "head">;
  readonly #rooms = new Map<string, { readonly all: Set<Follower>; readonly end: () => void }>();
  readonly #endReturned: () => void;

  constructor(broker: Broker, log: Pick<RoomLog, "read" | "head">) {
    this.#broker = broker;
    this.#log = log;
    this.#endReturned = broker.returned(() => {
      for (const { all } of this.#rooms.values()) for (const follower of all) follower.wake();
    });
  }

  channelOf(room: string): string {
    return this.#broker.channel("appended:", escaped(room));
  }

  follow(room: string, onEntries: (epoch: string, entries: readonly Entry[]) => void): Tail {
    const follower = new Follower(room, this.#log, onEntries);
    let followed = this.#rooms.get(room);
    if (followed === undefined) {
      const all = new Set<Follower>();
      const end = this.#broker.subscribe(this.channelOf(room), (node) => {
        if (node !== this.#broker.node) for (const each of all) each.wake();
      });
      followed = { all, end };
      this.#rooms.set(room, followed);
    }
    const { all, end } = followed;
    all.add(follower);
    follower.begin();
    return {
      close: () => {
        follower.close();
        if (!all.delete(follower) || all.size > 0) return;
        end();
        this.#rooms.delete(room);
      },
    };
  }

  /** This node has appended: three numbers for each draft, as the script says them. */
  appended(room: string, epoch: string, numbers: readonly number[]): void {
    const all = this.#rooms.get(room)?.all;
    if (all === undefined) return;
    for (let at = 0; at < numbers.length; at += 3) {
      if (verdicts[numbers[at] as number] !== "appended") continue;
      for (const follower of all) follower.wrote(epoch, numbers[at + 1] as number);
    }
  }

  stop(): void {
    this.#endReturned();
    for (const { all, end } of this.#rooms.values()) {
      end();
      for (const follower of all) follower.close();
    }
    this.#rooms.clear();
  }
}
