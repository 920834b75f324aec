import type { Client } from "./client.ts";
import { Crowd, pathOf } from "./crowd.ts";
import { Latencies } from "./latencies.ts";
import { CONTENT_UNITS, Publisher } from "./publisher.ts";
import { cpuSeconds } from "./server-cost.ts";
import { wait } from "./wait.ts";

/** Members who say something to their rooms, and hear everything. */
export interface FanOutJob {
  readonly type: "fan-out";
  /** In all rooms together. */
  readonly members: number;
  readonly rooms: number;
  /** In each room; each has one message under way, and says the next once every member has that one. */
  readonly publishers: number;
  /** So many messages a second in all rooms together, whatever becomes of the last ones: an open loop. */
  readonly perSecond?: number;
  readonly format?: "v1" | "batch";
  readonly warmMs: number;
  readonly ms: number;
}

/** What came of it. */
export interface FanOutResult {
  readonly deliveries: number;
  readonly messages: number;
  readonly seconds: number;
  readonly cpuSeconds: number;
  /** From a message's sending until a member has it. */
  readonly p50: number;
  readonly p99: number;
  readonly lost: number;
  readonly reordered: number;
  /** Deliveries for each time a client read something. */
  readonly perRead: number;
}

/** What the content of a message begins with. */
const MARK = 0x7e;
const QUIET_MS = 250;
const LOOK_MS = 50;
const SILENCE_MS = 10_000;

/** Has a crowd talk, and takes the figures of the server `pid` meanwhile. */
export async function fanOut(job: FanOutJob, { port, pid }: { readonly port: number; readonly pid: number }) {
  const talk = new Talk(job);
  const perRoom = job.members / job.rooms;
  const crowd = await Crowd.gather({
    port,
    size: job.members,
    format: job.format ?? "v1",
    path: (index) => pathOf(`r${Math.floor(index / perRoom)}`, index),
    text: (client, bytes, from, to) => talk.hear(client.index, bytes, from, to),
  });
  await wait(QUIET_MS);
  talk.begin(crowd.clients);
  await wait(job.warmMs);
  const before = { ms: performance.now(), cpu: cpuSeconds(pid), ...talk.sums() };
  talk.measuring = true;
  await wait(job.ms);
  talk.measuring = false;
  const after = { ms: performance.now(), cpu: cpuSeconds(pid), ...talk.sums() };
  await talk.end();
  const lost = talk.missing();
  crowd.leave();
  const deliveries = after.deliveries - before.deliveries;
  return {
    deliveries,
    messages: after.messages - before.messages,
    seconds: (after.ms - before.ms) / 1_000,
    cpuSeconds: after.cpu - before.cpu,
    p50: talk.latencies.within(0.5),
    p99: talk.latencies.within(0.99),
    lost,
    reordered: talk.reordered,
    perRead: deliveries / (after.reads - before.reads),
  } satisfies FanOutResult;
}

/** Who has said what, and who has heard it. */
class Talk {
  readonly #job: FanOutJob;
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

  constructor(job: FanOutJob) {
    this.#job = job;
    this.#perRoom = job.members / job.rooms;
    this.#heard = new Uint32Array(job.members * job.publishers);
  }

  begin(clients: readonly Client[]): void {
    const { rooms, publishers, perSecond } = this.#job;
    for (let room = 0; room < rooms; room += 1) {
      for (let nth = 0; nth < publishers; nth += 1) {
        const client = clients[room * this.#perRoom + Math.floor((nth * this.#perRoom) / publishers)] as Client;
        this.#publishers.push(new Publisher(client, nth));
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
    for (let member = 0; member < this.#job.members; member += 1) {
      const room = Math.floor(member / this.#perRoom);
      for (let nth = 0; nth < this.#job.publishers; nth += 1) {
        const said = this.#publisher(room, nth).said;
        missing += said - (this.#heard[member * this.#job.publishers + nth] as number);
      }
    }
    return missing;
  }

  sums(): { readonly deliveries: number; readonly messages: number; readonly reads: number } {
    return { deliveries: this.#deliveries, messages: this.#messages, reads: this.#reads };
  }

  #publisher(room: number, nth: number): Publisher {
    return this.#publishers[room * this.#job.publishers + nth] as Publisher;
  }

  #heardOne(member: number, room: number, nth: number, number: number): void {
    const place = member * this.#job.publishers + nth;
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
    if (publisher.reached(number) < this.#perRoom || this.#job.perSecond !== undefined) return;
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
