import { Client, type ClientEvents, type ClientOptions, frame } from "./client.ts";

/** How a crowd is let in. */
export interface CrowdOptions {
  /** Where all connect to, or each. */
  readonly port: number | ((index: number) => number);
  readonly size: number;
  readonly format?: "v1" | "batch";
  /** So many connect at a time; 64 when left out. */
  readonly atOnce?: number;
  /** What each asks for; must have it told that it is in. */
  readonly path: (index: number) => string;
  /** What each says once it has been told anything. */
  readonly opening?: string;
  /** What stands in the text by which it is told; that of `joined` when left out. */
  readonly mark?: string;
  /** Takes what comes once everybody is in. */
  readonly text?: ClientEvents["text"];
  /** Somebody is in. */
  readonly joined?: (client: Client, message: string) => void;
}

const JOINED = '"type":"joined"';

/** The path under which somebody joins a room at once; names are all of one length, so that all events are. */
export function pathOf(room: string, index: number): string {
  return `/ws/${room}?name=user_${String(index).padStart(6, "0")}`;
}

/** Where the nth client comes from. */
export function addressOf(index: number): string {
  return `127.0.1.${1 + (index % 32)}`;
}

/** Clients that are all in a room, or in several. */
export class Crowd {
  readonly clients: Client[] = [];
  readonly #options: CrowdOptions;
  #ready = 0;
  /** How many connections have ended by themselves. */
  ended = 0;
  #leaving = false;

  private constructor(options: CrowdOptions) {
    this.#options = options;
  }

  /** Lets everybody in; rejects where one connection ends before that. */
  static async gather(options: CrowdOptions): Promise<Crowd> {
    const crowd = new Crowd(options);
    await crowd.#gather();
    return crowd;
  }

  /** Cuts all connections. */
  leave(): void {
    this.#leaving = true;
    for (const client of this.clients) client.cut();
  }

  #gather(): Promise<void> {
    const { port, size, format = "v1", atOnce = 64, path, opening, mark = JOINED, text, joined } = this.#options;
    const portOf = typeof port === "number" ? (): number => port : port;
    return new Promise((resolve, reject) => {
      const waiting = new Uint8Array(size).fill(1);
      const silent = new Uint8Array(size).fill(opening === undefined ? 0 : 1);
      const next = (): void => {
        const index = this.clients.length;
        const options: ClientOptions = { port: portOf(index), path: path(index), from: addressOf(index), format };
        this.clients.push(new Client(index, options, events));
      };
      const events: ClientEvents = {
        text: (client, bytes, from, to) => {
          if (waiting[client.index] === 0) return text?.(client, bytes, from, to);
          if (silent[client.index] === 1) client.send(frame(opening ?? ""));
          silent[client.index] = 0;
          const message = bytes.toString("latin1", from, to);
          if (!message.includes(mark)) return;
          waiting[client.index] = 0;
          this.#ready += 1;
          joined?.(client, message);
          if (this.clients.length < size) next();
          if (this.#ready === size) resolve();
        },
        ended: () => {
          if (this.#leaving) return;
          this.ended += 1;
          reject(new Error(`Cannot measure: a connection ended, with ${this.#ready} of ${size} in`));
        },
      };
      for (let at = 0; at < Math.min(size, atOnce); at += 1) next();
    });
  }
}
