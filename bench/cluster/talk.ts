import { Client, frame } from "../load/client.ts";
import { addressOf } from "../load/crowd.ts";
import { Latencies } from "../load/latencies.ts";
import { cpuSeconds } from "../load/server-cost.ts";
import { wait } from "../load/wait.ts";
import { type Dialect, dialects } from "./dialects.ts";
import type { ClusterJob } from "./load.ts";

/** A content is a mark, its publisher and its number, each in hex; the rest is filling. */
const MARK = "~";
const CONTENT_UNITS = 64;
const SETTLE_MS = 500;
/** So many come at a time. */
const AT_ONCE = 60;

/** One who says numbered messages. */
interface Publisher {
  readonly client: Client;
  readonly nth: number;
  said: number;
  saidMs: number;
  /** How many members have the last one. */
  reached: number;
}

/** Who has said what, and who has heard it. */
export class Talk {
  readonly #job: ClusterJob;
  readonly #dialect: Dialect;
  readonly #perRoom: number;
  readonly #clients: Client[] = [];
  readonly #publishers: Publisher[] = [];
  /** The last number that each member has heard of each publisher of its room. */
  readonly #heard: Uint32Array;
  readonly latencies = new Latencies();
  measuring = false;
  reordered = 0;
  #skipped = 0;
  #deliveries = 0;
  #messages = 0;
  #over = false;

  constructor(job: ClusterJob) {
    this.#job = job;
    this.#dialect = dialects[job.subject];
    this.#perRoom = job.members / job.rooms;
    this.#heard = new Uint32Array(job.members * job.publishers);
  }

  /** Lets everybody in, the members of each room on all nodes in turn. */
  async gather(): Promise<void> {
    for (let from = 0; from < this.#job.members; from += AT_ONCE) {
      const size = Math.min(AT_ONCE, this.#job.members - from);
      await Promise.all(Array.from({ length: size }, (_, at) => this.#enter(from + at)));
    }
  }

  #enter(index: number): Promise<void> {
    const { ports } = this.#job;
    const { path, opening, joined, format } = this.#dialect;
    const room = `r${Math.floor(index / this.#perRoom)}`;
    const port = ports[index % ports.length] as number;
    return new Promise((resolve, reject) => {
      let inside = false;
      const client: Client = new Client(
        index,
        { port, path: path(room, index), from: addressOf(index), format },
        {
          text: (_, bytes, from, to) => {
            const text = bytes.toString("latin1", from, to);
            if (inside) return this.#hear(index, text);
            if (text.startsWith("0{") && opening !== undefined) client.send(frame(opening));
            inside = text.includes(joined);
            if (inside) resolve();
          },
          ended: () => reject(new Error("Cannot measure: a connection ended")),
        },
      );
      this.#clients[index] = client;
    });
  }

  begin(): void {
    const { rooms, publishers } = this.#job;
    for (let room = 0; room < rooms; room += 1) {
      for (let nth = 0; nth < publishers; nth += 1) {
        const client = this.#clients[room * this.#perRoom + nth] as Client;
        this.#publishers.push({ client, nth, said: 0, saidMs: 0, reached: 0 });
      }
    }
    for (const publisher of this.#publishers) this.#say(publisher);
  }

  /** Nothing more is said; resolves once nothing more is heard. */
  async end(): Promise<void> {
    this.#over = true;
    for (let before = -1; before !== this.#deliveries; await wait(SETTLE_MS)) before = this.#deliveries;
  }

  /** How often somebody has missed a message, from the first to the last. */
  get lost(): number {
    let missing = this.#skipped;
    for (const [at, last] of this.#heard.entries()) {
      const room = Math.floor(at / this.#job.publishers / this.#perRoom);
      missing += this.#publisher(room, at % this.#job.publishers).said - last;
    }
    return missing;
  }

  figures() {
    const { pids, redisPid } = this.#job;
    const nodes = pids.reduce((sum, pid) => sum + cpuSeconds(pid), 0);
    const [deliveries, messages] = [this.#deliveries, this.#messages];
    return { atMs: performance.now(), nodes, redis: cpuSeconds(redisPid), deliveries, messages };
  }

  #publisher(room: number, nth: number): Publisher {
    return this.#publishers[room * this.#job.publishers + nth] as Publisher;
  }

  #hear(member: number, text: string): void {
    const room = Math.floor(member / this.#perRoom);
    for (let at = text.indexOf(MARK); at >= 0; at = text.indexOf(MARK, at + CONTENT_UNITS)) {
      const nth = Number.parseInt(text.slice(at + 1, at + 3), 16);
      this.#heardOne(member, this.#publisher(room, nth), Number.parseInt(text.slice(at + 3, at + 11), 16));
    }
  }

  #heardOne(member: number, publisher: Publisher, number: number): void {
    const place = member * this.#job.publishers + publisher.nth;
    const last = this.#heard[place] as number;
    if (number <= last) {
      this.reordered += 1;
      return;
    }
    this.#skipped += number - last - 1;
    this.#heard[place] = number;
    this.#deliveries += 1;
    if (this.measuring) this.latencies.note(performance.now() - publisher.saidMs);
    publisher.reached += 1;
    if (publisher.reached === this.#perRoom && !this.#over) this.#say(publisher);
  }

  #say(publisher: Publisher): void {
    publisher.said += 1;
    publisher.reached = 0;
    publisher.saidMs = performance.now();
    this.#messages += 1;
    const hex = (value: number, digits: number): string => value.toString(16).padStart(digits, "0");
    const content = `${MARK}${hex(publisher.nth, 2)}${hex(publisher.said, 8)}`.padEnd(CONTENT_UNITS, "x");
    publisher.client.send(frame(this.#dialect.message(content)));
  }
}
