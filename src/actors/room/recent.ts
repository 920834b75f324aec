import { encode, type Message, type Redacted, type Tombstone, utf8Bytes } from "../wire/mod.ts";
import type { Entry } from "./log.ts";

/** An entry as the event it is, encoded once however many read it. */
export interface Encoded {
  readonly seq: number;
  readonly text: string;
  readonly bytes: number;
  /** Who is shown `keyed` instead: the same with the sender's key. */
  readonly sender: string;
  readonly keyed: string | undefined;
}

/** Whose entries are encoded, and what the URLs of its files begin with. */
export interface EntryPlace {
  readonly name: string;
  readonly filesUrl: string;
}

/** Encodes an entry of a room. */
export function encodeEntry(place: EntryPlace, entry: Entry): Encoded {
  const { seq, sender, key, redacts, redacted } = entry;
  const event = eventOf(place, entry);
  const text = encode(event);
  const keyless = key === undefined || redacts !== undefined || redacted === true;
  const keyed = keyless ? undefined : encode({ ...event, key } as Message);
  const bytes = utf8Bytes(text) + (keyed === undefined ? 0 : utf8Bytes(keyed));
  return { seq, text, bytes, sender: sender.id, keyed };
}

function eventOf({ name: room, filesUrl }: EntryPlace, entry: Entry): Message | Tombstone | Redacted {
  const { seq, sender, content, data, attachment, redacts, redacted, at } = entry;
  if (redacts !== undefined) {
    const { target, reason } = redacts;
    return { type: "redacted", room, seq, target, by: sender.id, ...(reason !== undefined && { reason }), at };
  }
  if (redacted === true) return { type: "message", room, seq, sender, redacted, at };
  const file = attachment === undefined ? {} : { attachment: { ...attachment, url: `${filesUrl}/${attachment.file}` } };
  return { type: "message", room, seq, sender, content, ...(data !== undefined && { data }), ...file, at };
}

/** The encoded entry as that user is to see it: keys are shown to those who chose them. */
export function textFor(user: string, entry: Encoded): string {
  return entry.keyed !== undefined && entry.sender === user ? entry.keyed : entry.text;
}

/** How much of a stretch of entries to take. */
export interface StretchLimit {
  readonly count: number;
  readonly bytes: number;
}

/** The newest entries of a room, encoded: what joins, resumes and slow readers are served from before the log is asked. */
export class Recent {
  readonly #maxEntries: number;
  readonly #maxBytes: number;
  #entries: Encoded[] = [];
  #start = 0;
  #bytes = 0;

  constructor({ entries = 512, bytes = 512 * 1024 }: { readonly entries?: number; readonly bytes?: number } = {}) {
    this.#maxEntries = entries;
    this.#maxBytes = bytes;
  }

  get #length(): number {
    return this.#entries.length - this.#start;
  }

  /** The place of the oldest entry that is held; `undefined` where none is. */
  get first(): number | undefined {
    return this.#entries[this.#start]?.seq;
  }

  /** Leaves a tombstone of an entry that is held. */
  redact(seq: number): void {
    const at = this.first === undefined ? -1 : this.#start + seq - this.first;
    const former = at < this.#start ? undefined : this.#entries[at];
    if (former === undefined) return;
    const { type, room, sender, at: when } = JSON.parse(former.text) as Message;
    const text = encode({ type, room, seq, sender, redacted: true, at: when });
    const bytes = utf8Bytes(text);
    this.#entries[at] = { seq, text, bytes, sender: former.sender, keyed: undefined };
    this.#bytes += bytes - former.bytes;
  }

  /** Adds the entry behind the newest one. */
  push(entry: Encoded): void {
    this.#entries.push(entry);
    this.#bytes += entry.bytes;
    while (this.#length > 1 && (this.#length > this.#maxEntries || this.#bytes > this.#maxBytes)) {
      this.#bytes -= (this.#entries[this.#start] as Encoded).bytes;
      this.#start += 1;
    }
    if (this.#start >= 256 && this.#start * 2 >= this.#entries.length) {
      this.#entries = this.#entries.slice(this.#start);
      this.#start = 0;
    }
  }

  /** Lets go of what stands before a place: the log has. */
  forget(before: number): void {
    while (this.#length > 0 && (this.#entries[this.#start] as Encoded).seq < before) {
      this.#bytes -= (this.#entries[this.#start] as Encoded).bytes;
      this.#start += 1;
    }
  }

  clear(): void {
    this.#entries = [];
    this.#start = 0;
    this.#bytes = 0;
  }

  /** The first entries behind `seq`; `undefined` where they are not all held. */
  after(seq: number, limit: StretchLimit): readonly Encoded[] | undefined {
    if (this.first === undefined || seq + 1 < this.first) return undefined;
    const from = this.#start + seq + 1 - this.first;
    let to = from;
    for (let bytes = 0; to < this.#entries.length && to - from < limit.count; to += 1) {
      bytes += (this.#entries[to] as Encoded).bytes;
      if (to > from && bytes > limit.bytes) break;
    }
    return this.#entries.slice(from, to);
  }

  /** The last entries before `seq`; `undefined` where older ones would be due than are held, unless those are `oldest`. */
  before(seq: number, oldest: number, limit: StretchLimit): readonly Encoded[] | undefined {
    if (this.first === undefined) return undefined;
    const to = this.#start + Math.min(seq - this.first, this.#length);
    if (to < this.#start) return undefined;
    let from = to;
    let bytes = 0;
    for (; to - from < limit.count; from -= 1) {
      if (from === this.#start) {
        if (this.first > oldest) return undefined;
        break;
      }
      bytes += (this.#entries[from - 1] as Encoded).bytes;
      if (from < to && bytes > limit.bytes) break;
    }
    return this.#entries.slice(from, to);
  }
}
