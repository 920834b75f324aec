import type {
  Attachment,
  Draft,
  Entry,
  Head,
  Outcome,
  Page,
  PageLimit,
  Range,
  RoomLog,
  Tail,
} from "../actors/room/log.ts";
import { entryOf, type Kept, keep } from "./memory-entry.ts";

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
const ROOM_BYTES = 1_024;

type OnEntries = (epoch: string, entries: readonly Entry[]) => void;

/** One room's entries; `entries[start]` is the oldest kept. Kept as an array with a moving start: trimming is O(1). */
interface RoomEntries {
  readonly epoch: string;
  entries: Kept[];
  start: number;
  seq: number;
  bytes: number;
  /** Places by sender and key. */
  readonly keys: Map<string, number>;
  /** The newest token of each host. */
  readonly fences: Map<string, number>;
  /** The oldest policy that drafts may have been allowed under. */
  policy: number;
  readonly tails: Set<{ readonly node: object; readonly onEntries: OnEntries }>;
}

/** Entries in this process's memory: gone with it. Several nodes of one process may share a store. */
export class MemoryStore {
  readonly #limits: Required<MemoryLogOptions>;
  /** Least recently used first. */
  readonly #rooms = new Map<string, RoomEntries>();
  /** How many entries name each file. */
  readonly #files = new Map<string, number>();
  readonly #releases = new Set<(files: readonly string[]) => void>();
  #housePolicy = 0;
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
      raise: (room, version) => Promise.resolve(this.#raise(room, version)),
      attached: (files) => Promise.resolve(new Set(files.filter((file) => this.#files.has(file)))),
      released: (onReleased) => {
        this.#releases.add(onReleased);
        return { close: () => void this.#releases.delete(onReleased) };
      },
      close: () => Promise.resolve(),
    };
  }

  #append(node: object, { room: name, fence, policy, ...draft }: Draft): Outcome {
    const room = this.#touch(name);
    if (policy !== undefined && (policy.room < room.policy || policy.house < this.#housePolicy)) {
      return { type: "refused", reason: "outdated" };
    }
    if (fence !== undefined) {
      if (fence.token < (room.fences.get(fence.host) ?? 0)) return { type: "refused", reason: "fenced" };
      room.fences.set(fence.host, fence.token);
    }
    const mark = draft.key === undefined ? undefined : markOf(draft.sender.id, draft.key);
    const earlier = mark === undefined ? undefined : room.keys.get(mark);
    if (earlier !== undefined) return { type: "duplicate", epoch: room.epoch, seq: earlier };
    if (draft.redacts !== undefined && !this.#redact(room, draft.redacts.target)) {
      return { type: "refused", reason: "missing" };
    }
    room.seq += 1;
    const entry: Entry = { seq: room.seq, ...draft };
    if (entry.attachment !== undefined) {
      this.#files.set(entry.attachment.file, (this.#files.get(entry.attachment.file) ?? 0) + 1);
    }
    if (mark !== undefined) room.keys.set(mark, entry.seq);
    const kept = keep(entry);
    room.entries.push(kept);
    this.#weigh(room, kept.bytes);
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
    const at = (seq: number): Kept => room.entries[room.start + seq - head.oldest] as Kept;
    const entries: Entry[] = [];
    let weight = 0;
    const take = (kept: Kept): boolean => {
      weight += kept.bytes;
      if (entries.length > 0 && weight > bytes) return false;
      entries.push(entryOf(kept));
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
    return {
      close: () => {
        room.tails.delete(follower);
        // Nothing was ever said under this epoch, so nobody can miss it.
        const blank = room.seq === 0 && room.fences.size === 0 && room.policy === 0;
        if (blank && room.tails.size === 0) this.#forget(name, room);
      },
    };
  }

  #touch(name: string): RoomEntries {
    let room = this.#rooms.get(name);
    if (room === undefined) {
      const epoch = this.#limits.newEpoch();
      const [keys, fences, tails] = [new Map(), new Map(), new Set<never>()];
      room = { epoch, entries: [], start: 0, seq: 0, bytes: 0, keys, fences, policy: 0, tails };
      this.#bytes += ROOM_BYTES;
    } else this.#rooms.delete(name); // to stand last again
    this.#rooms.set(name, room);
    return room;
  }

  #raise(name: string | undefined, version: number): void {
    if (name === undefined) {
      this.#housePolicy = Math.max(this.#housePolicy, version);
      return;
    }
    const room = this.#touch(name);
    room.policy = Math.max(room.policy, version);
  }

  /** Leaves a tombstone of the message at a place; `false`: there is none. */
  #redact(room: RoomEntries, target: number): boolean {
    const at = room.start + target - headOf(room).oldest;
    const kept = target > room.seq ? undefined : room.entries[at];
    if (kept === undefined || kept.entry.redacted === true || kept.entry.redacts !== undefined) return false;
    const { attachment, ...rest } = kept.entry;
    const tombstone = keep({ ...rest, content: "", data: undefined, redacted: true });
    room.entries[at] = tombstone;
    this.#weigh(room, tombstone.bytes - kept.bytes);
    this.#release(attachment);
    return true;
  }

  /** An entry names a file no longer. */
  #release(attachment: Attachment | undefined): void {
    if (attachment === undefined) return;
    const { file } = attachment;
    const left = (this.#files.get(file) ?? 0) - 1;
    if (left > 0) {
      this.#files.set(file, left);
      return;
    }
    this.#files.delete(file);
    for (const onReleased of this.#releases) onReleased([file]);
  }

  #weigh(room: RoomEntries, bytes: number): void {
    room.bytes += bytes;
    this.#bytes += bytes;
  }

  /** Lets go of a room's oldest entry. */
  #trim(room: RoomEntries): void {
    const { entry, bytes } = room.entries[room.start] as Kept;
    room.entries[room.start] = undefined as unknown as Kept;
    room.start += 1;
    if (entry.key !== undefined) room.keys.delete(markOf(entry.sender.id, entry.key));
    this.#weigh(room, -bytes);
    this.#release(entry.attachment);
    if (room.start < 1024 || room.start * 2 < room.entries.length) return;
    room.entries = room.entries.slice(room.start);
    room.start = 0;
  }

  #forget(name: string, room: RoomEntries): void {
    if (this.#rooms.get(name) !== room) return;
    this.#bytes -= room.bytes + ROOM_BYTES;
    this.#rooms.delete(name);
    for (const kept of room.entries) this.#release(kept?.entry.attachment);
  }

  #makeRoom(present: RoomEntries): void {
    for (const [name, room] of this.#rooms) {
      if (this.#bytes <= this.#limits.totalBytes) return;
      if (room === present || room.tails.size > 0) continue;
      // Forgotten altogether: should it come back, it does so under a new epoch, so no seq is ever used twice.
      this.#forget(name, room);
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
