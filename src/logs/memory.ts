import type { Draft, Entry, Head, Outcome, Page, PageLimit, Range, RoomLog, Tail } from "../actors/room/log.ts";

/** How much a memory log keeps. */
export interface MemoryLogOptions {
  /** Entries of one room; older ones are trimmed. */
  readonly roomEntries?: number;
  /** Bytes of one room, as estimated from its entries' texts. */
  readonly roomBytes?: number;
  /** Bytes of all rooms: past it, the least recently used rooms that nobody follows are forgotten, others trimmed. */
  readonly totalBytes?: number;
  /** Makes the name of a room's epoch; random when left out. */
  readonly newEpoch?: () => string;
}

/** About what a room holds in memory that has no entries. */
const ROOM_BYTES = 256;

type OnEntries = (epoch: string, entries: readonly Entry[]) => void;

/** One room's entries; `entries[start]` is the oldest kept. Kept as an array with a moving start: trimming is O(1). */
interface RoomEntries {
  readonly epoch: string;
  entries: Entry[];
  start: number;
  seq: number;
  bytes: number;
  /** Places by sender and key. */
  readonly keys: Map<string, number>;
  /** The newest token of each host. */
  readonly fences: Map<string, number>;
  readonly tails: Set<{ readonly node: object; readonly onEntries: OnEntries }>;
}

/** Entries in this process's memory: gone with it. Several nodes of one process may share a store. */
export class MemoryStore {
  readonly #limits: Required<MemoryLogOptions>;
  /** Least recently used first. */
  readonly #rooms = new Map<string, RoomEntries>();
  #bytes = 0;

  constructor(options: MemoryLogOptions = {}) {
    const { roomEntries = 50_000, roomBytes = 32 * 1024 ** 2, totalBytes = 512 * 1024 ** 2 } = options;
    this.#limits = { roomEntries, roomBytes, totalBytes, newEpoch: options.newEpoch ?? (() => crypto.randomUUID()) };
  }

  /** The log as one node sees it: its tails bring what the other nodes append, where there are any (`shared`). */
  connect({ shared = true }: { readonly shared?: boolean } = {}): RoomLog {
    const node = {};
    return {
      shared,
      append: (drafts, done) => done(drafts.map((draft) => this.#append(node, draft))),
      read: (room, range, limit) => Promise.resolve(this.#read(room, range, limit)),
      head: (room) => Promise.resolve(headOf(this.#touch(room))),
      tail: (room, onEntries) => this.#tail(room, { node, onEntries }),
      close: () => Promise.resolve(),
    };
  }

  #append(node: object, { room: name, fence, ...draft }: Draft): Outcome {
    const room = this.#touch(name);
    if (fence !== undefined) {
      if (fence.token < (room.fences.get(fence.host) ?? 0)) return { type: "refused", reason: "fenced" };
      room.fences.set(fence.host, fence.token);
    }
    const mark = draft.key === undefined ? undefined : markOf(draft.sender.id, draft.key);
    const earlier = mark === undefined ? undefined : room.keys.get(mark);
    if (earlier !== undefined) return { type: "duplicate", epoch: room.epoch, seq: earlier };
    room.seq += 1;
    const entry: Entry = { seq: room.seq, ...draft };
    if (mark !== undefined) room.keys.set(mark, entry.seq);
    room.entries.push(entry);
    this.#weigh(room, bytesOf(entry));
    while (room.entries.length - room.start > this.#limits.roomEntries || room.bytes > this.#limits.roomBytes) {
      if (room.entries.length - room.start === 1) break;
      this.#trim(room);
    }
    if (this.#bytes > this.#limits.totalBytes) this.#makeRoom(room);
    for (const tail of room.tails) if (tail.node !== node) tail.onEntries(room.epoch, [entry]);
    return { type: "appended", epoch: room.epoch, entry, oldest: headOf(room).oldest };
  }

  #read(name: string, range: Range, { count, bytes }: PageLimit): Page {
    const room = this.#touch(name);
    const head = headOf(room);
    const at = (seq: number): Entry => room.entries[room.start + seq - head.oldest] as Entry;
    const entries: Entry[] = [];
    let weight = 0;
    const take = (entry: Entry): boolean => {
      weight += bytesOf(entry);
      if (entries.length > 0 && weight > bytes) return false;
      entries.push(entry);
      return entries.length < count;
    };
    if (count <= 0) return { ...head, entries };
    if ("after" in range) {
      for (let seq = Math.max(range.after + 1, head.oldest); seq <= head.seq && take(at(seq)); ) seq += 1;
    } else {
      for (let seq = Math.min(range.before - 1, head.seq); seq >= head.oldest && take(at(seq)); ) seq -= 1;
      entries.reverse();
    }
    return { ...head, entries };
  }

  #tail(name: string, follower: { readonly node: object; readonly onEntries: OnEntries }): Tail {
    const room = this.#touch(name);
    room.tails.add(follower);
    return { close: () => void room.tails.delete(follower) };
  }

  #touch(name: string): RoomEntries {
    let room = this.#rooms.get(name);
    if (room === undefined) {
      const epoch = this.#limits.newEpoch();
      room = { epoch, entries: [], start: 0, seq: 0, bytes: 0, keys: new Map(), fences: new Map(), tails: new Set() };
      this.#bytes += ROOM_BYTES;
    } else this.#rooms.delete(name); // to stand last again
    this.#rooms.set(name, room);
    return room;
  }

  #weigh(room: RoomEntries, bytes: number): void {
    room.bytes += bytes;
    this.#bytes += bytes;
  }

  /** Lets go of a room's oldest entry. */
  #trim(room: RoomEntries): void {
    const oldest = room.entries[room.start] as Entry;
    room.entries[room.start] = undefined as unknown as Entry;
    room.start += 1;
    if (oldest.key !== undefined) room.keys.delete(markOf(oldest.sender.id, oldest.key));
    this.#weigh(room, -bytesOf(oldest));
    if (room.start < 1024 || room.start * 2 < room.entries.length) return;
    room.entries = room.entries.slice(room.start);
    room.start = 0;
  }

  #makeRoom(present: RoomEntries): void {
    for (const [name, room] of this.#rooms) {
      if (this.#bytes <= this.#limits.totalBytes) return;
      if (room === present || room.tails.size > 0) continue;
      // Forgotten altogether: should it come back, it does so under a new epoch, so no seq is ever used twice.
      this.#bytes -= room.bytes + ROOM_BYTES;
      this.#rooms.delete(name);
    }
    for (const room of this.#rooms.values()) {
      while (this.#bytes > this.#limits.totalBytes && room.entries.length - room.start > 1) this.#trim(room);
    }
  }
}

/** A log in memory for one node alone. */
export function memoryLog(options: MemoryLogOptions = {}): RoomLog {
  return new MemoryStore(options).connect({ shared: false });
}

function headOf(room: RoomEntries): Head {
  return { epoch: room.epoch, seq: room.seq, oldest: room.seq - (room.entries.length - room.start) + 1 };
}

function markOf(sender: string, key: string): string {
  return `${sender}\0${key}`;
}

/** About what an entry holds in memory: its texts in UTF-16, and 200 bytes of objects around them. */
function bytesOf(entry: Entry): number {
  const data = entry.data === undefined ? 0 : JSON.stringify(entry.data).length;
  return 200 + 2 * (entry.content.length + data + entry.sender.id.length + entry.sender.name.length);
}
