import type { Client } from "./client.ts";
import { Latencies } from "./latencies.ts";
import { CONTENT_UNITS, Publisher } from "./publisher.ts";
import { wait } from "./wait.ts";

/** How many talk, and how. */
export interface TalkSize {
  /** In all rooms together, the same number in each: the first are in the first room. */
  readonly members: number;
  readonly rooms: number;
  /** In each room; each has one message under way, and says the next once every member has that one. */
  readonly publishers: number;
  /** So many messages a second in all rooms together, whatever becomes of the last ones: an open loop. */
  readonly perSecond?: number;
}

/** What the content of a message begins with. */
const MARK = 0x7e;
const LOOK_MS = 50;
const SILENCE_MS = 10_000;

/** Who has said what, and who has heard it. */
export class Talk {
  readonly #size: TalkSize;
  readonly #message: (content: string) => string;
  readonly #perRoom: number;
  readonly #publishers: Publisher[] = [];
  /** The last number that each member has heard of each publisher of its room. */
  readonly #heard: Uint32Array;
  readonly latencies = new Latencies();
  measuring = false;
  reordered = 0;
  #skipped = 0;
  #deliveries = 0;
  #messages = 0;
  #reads = 0;
  /** Where the mark stood in the last event: all are alike. */
  #hint = 0;
  #ended = false;
  #timer: ReturnType<typeof setInterval> | undefined;
  #nowMs = 0;
  #lastBytes: Buffer | undefined;
  #lastTo = -1;

  constructor(size: TalkSize, message: (content: string) => string = plain) {
    this.#size = size;
    this.#message = message;
    this.#perRoom = size.members / size.rooms;
    this.#heard = new Uint32Array(size.members * size.publishers);
  }

  /** Has the first messages said; `who` tells which member is a room's nth publisher. */
  begin(who: (room: number, nth: number) => Client): void {
    const { rooms, publishers, perSecond } = this.#size;
    for (let room = 0; room < rooms; room += 1) {
      for (let nth = 0; nth < publishers; nth += 1) {
        this.#publishers.push(new Publisher(who(room, nth), nth, this.#message));
      }
    }
    if (perSecond !== undefined) return this.#atRate(perSecond);
    for (const publisher of this.#publishers) this.#say(publisher);
  }

  /** Takes an event, or a list of them. */
  hear(member: number, bytes: Buffer, from: number, to: number): void {
    // One clock reading for all that was read at once.
    if (bytes !== this.#lastBytes || from < this.#lastTo) {
      this.#nowMs = performance.now();
      this.#reads += 1;
    }
    this.#lastBytes = bytes;
    this.#lastTo = to;
    let at = bytes[from + this.#hint] === MARK ? from + this.#hint : find(bytes, from, to);
    if (at < 0) return; // no message
    this.#hint = at - from;
    const room = Math.floor(member / this.#perRoom);
    while (at >= 0) {
      this.#heardOne(member, room, hex(bytes, at + 1, 2), hex(bytes, at + 3, 8));
      at = find(bytes, at + CONTENT_UNITS, to);
    }
  }

  /** Nothing more is said; resolves once everybody has everything, or nobody has heard anything for ten seconds. */
  async end(): Promise<void> {
    this.#ended = true;
    clearInterval(this.#timer);
    let [deliveries, sinceMs] = [this.#deliveries, performance.now()];
    while (this.missing() > 0 && performance.now() - sinceMs < SILENCE_MS) {
      await wait(LOOK_MS);
      if (this.#deliveries > deliveries) [deliveries, sinceMs] = [this.#deliveries, performance.now()];
    }
  }

  /** How many messages somebody has missed, from the first to the last that was said. */
  missing(): number {
    let missing = this.#skipped;
    for (let member = 0; member < this.#size.members; member += 1) {
      const room = Math.floor(member / this.#perRoom);
      for (let nth = 0; nth < this.#size.publishers; nth += 1) {
        const said = this.#publisher(room, nth).said;
        missing += said - (this.#heard[member * this.#size.publishers + nth] as number);
      }
    }
    return missing;
  }

  sums(): { readonly deliveries: number; readonly messages: number; readonly reads: number } {
    return { deliveries: this.#deliveries, messages: this.#messages, reads: this.#reads };
  }

  #publisher(room: number, nth: number): Publisher {
    return this.#publishers[room * this.#size.publishers + nth] as Publisher;
  }

  #heardOne(member: number, room: number, nth: number, number: number): void {
    const place = member * this.#size.publishers + nth;
    const last = this.#heard[place] as number;
    if (number <= last) {
      this.reordered += 1;
      return;
    }
    this.#skipped += number - last - 1;
    this.#heard[place] = number;
    this.#deliveries += 1;
    const publisher = this.#publisher(room, nth);
    if (this.measuring) this.latencies.note(this.#nowMs - publisher.saidAt(number));
    if (publisher.reached(number) < this.#perRoom || this.#size.perSecond !== undefined) return;
    if (!this.#ended) this.#say(publisher);
  }

  #say(publisher: Publisher): void {
    this.#messages += 1;
    publisher.say();
  }

  #atRate(perSecond: number): void {
    const beganMs = performance.now();
    let said = 0;
    this.#timer = setInterval(() => {
      const due = ((performance.now() - beganMs) / 1_000) * perSecond;
      for (; said < due; said += 1) this.#say(this.#publishers[said % this.#publishers.length] as Publisher);
    }, 1);
  }
}

function find(bytes: Buffer, from: number, to: number): number {
  for (let at = from; at < to; at += 1) if (bytes[at] === MARK) return at;
  return -1;
}

function hex(bytes: Buffer, from: number, digits: number): number {
  let value = 0;
  for (let at = from; at < from + digits; at += 1) {
    const code = bytes[at] as number;
    value = value * 16 + (code < 58 ? code - 48 : code - 87);
  }
  return value;
}

function plain(content: string): string {
  return `{"type":"message","content":"${content}"}`;
}
