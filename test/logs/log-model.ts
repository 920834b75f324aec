import type { Draft, Entry, Outcome } from "../../src/actors/room/mod.ts";

interface ModelRoom {
  readonly entries: Entry[];
  readonly keys: Map<string, number>;
  readonly fences: Map<string, number>;
  policy: number;
}

/** What a room log is to do, as plainly as it can be said: outcomes and entries of one that keeps everything. */
export class LogModel {
  readonly #rooms = new Map<string, ModelRoom>();
  #house = 0;

  raise(room: string | undefined, version: number): void {
    if (room === undefined) this.#house = Math.max(this.#house, version);
    else this.#room(room).policy = Math.max(this.#room(room).policy, version);
  }

  /** What becomes of a draft, without epochs. */
  append({ room: name, fence, policy, ...words }: Draft): Outcome {
    const room = this.#room(name);
    if (policy !== undefined && (policy.room < room.policy || policy.house < this.#house)) {
      return { type: "refused", reason: "outdated" };
    }
    if (fence !== undefined) {
      if (fence.token < (room.fences.get(fence.host) ?? 0)) return { type: "refused", reason: "fenced" };
      room.fences.set(fence.host, fence.token);
    }
    const mark = JSON.stringify([words.sender.id, words.key]);
    const earlier = words.key === undefined ? undefined : room.keys.get(mark);
    if (earlier !== undefined) return { type: "duplicate", epoch: "", seq: earlier };
    if (words.redacts !== undefined && !redact(room, words.redacts.target))
      return { type: "refused", reason: "missing" };
    const entry = { seq: room.entries.length + 1, ...words };
    room.entries.push(entry);
    if (words.key !== undefined) room.keys.set(mark, entry.seq);
    return { type: "appended", epoch: "", entry, oldest: 1 };
  }

  entries(room: string): readonly Entry[] {
    return this.#room(room).entries;
  }

  /** The files that entries name. */
  get files(): ReadonlySet<string> {
    const all = [...this.#rooms.values()].flatMap(({ entries }) => entries);
    return new Set(all.flatMap(({ attachment }) => attachment?.file ?? []));
  }

  #room(name: string): ModelRoom {
    const room = this.#rooms.get(name) ?? { entries: [], keys: new Map(), fences: new Map(), policy: 0 };
    this.#rooms.set(name, room);
    return room;
  }
}

function redact({ entries }: ModelRoom, target: number): boolean {
  const entry = entries[target - 1];
  if (entry === undefined || entry.redacted === true || entry.redacts !== undefined) return false;
  const { attachment: _, ...rest } = entry;
  entries[target - 1] = { ...rest, content: "", data: undefined, redacted: true };
  return true;
}
