import type { Clock, Random } from "../../actors/kernel/mod.ts";
import { type Configuration, configurationOf } from "./configuration.ts";
import { Connection } from "./connection.ts";
import type { Line, Reply } from "./line.ts";
import { add, changes, expire, get, list, put, remove } from "./record-scripts.ts";
import { insistOnRights } from "./rights.ts";
import { aged, append, attached, raise, read, retain } from "./room-scripts.ts";
import type { Script } from "./script.ts";
import { NotDone } from "./trouble.ts";
import { isCluster } from "./whereabouts.ts";

/** What an operator should hear of a store on Redis. */
export type RedisEvent =
  /** What Redis is, and what an acknowledgement is worth with its settings; when it is reached, where that has changed. */
  | { readonly type: "configured"; readonly configuration: Configuration }
  /** All rooms go on under new epochs: Redis has been started again, or another one has taken its place. */
  | { readonly type: "renewed" }
  | { readonly type: "unavailable"; readonly reason: string }
  | { readonly type: "available" };

/** What a broker is reached with. */
export interface BrokerOptions {
  readonly url: string;
  /** The certificates that one of Redis's must go back to, as PEM; those that the system trusts when left out. */
  readonly ca?: string | undefined;
  /** What all keys and channels begin with. */
  readonly prefix: string;
  readonly clock: Clock;
  readonly random: Random;
  readonly observe: (event: RedisEvent) => void;
  readonly timeoutMs: number;
}

/** What a script has answered, and the era it was answered in. */
export interface Answered {
  readonly era: string;
  readonly values: readonly Reply[];
}

const scripts = [append, read, raise, retain, attached, aged, put, remove, add, get, list, expire, changes];

/** Redis as a node knows it: which run of it, in which era, and after how many commits. */
export class Broker {
  /** What this node calls itself where others hear it. */
  readonly node: string = crypto.randomUUID();
  readonly #options: BrokerOptions;
  readonly #database: string;
  readonly #connection: Connection;
  readonly #returned = new Set<() => void>();
  #prefix: string;
  #run = "";
  #lines = 0;
  #era = "";
  #count = 0;
  #eras = 0;
  #configuration: Configuration | undefined;
  #reached = false;
  #trouble = "it was never reached";
  #closed = false;

  constructor(options: BrokerOptions) {
    const { url, ca, prefix, clock, random, timeoutMs } = options;
    this.#options = options;
    this.#prefix = prefix;
    this.#database = new URL(url).pathname.slice(1).replace(/^0*/, "");
    this.#connection = new Connection({
      ...{ url, ca, key: `${inOneSlot(prefix)}store`, clock, random, timeoutMs, scripts },
      came: (info, line) => this.#came(info, line),
      went: (reason) => this.#went(reason),
    });
  }

  /** Which line to Redis this is: the first, the second, … */
  get line(): number {
    return this.#lines;
  }

  /** The era that was answered in last; empty before that. */
  get era(): string {
    return this.#era;
  }

  get configuration(): Configuration {
    if (this.#configuration === undefined) throw new Error("Cannot tell: Redis was never reached");
    return this.#configuration;
  }

  /** Resolves once Redis is reached; rejects with one line where it is not, or is none that can be used. */
  async open(): Promise<void> {
    await this.#connection.open();
    this.#reached = true;
  }

  /** Throws where Redis is not reached now, with the reason. */
  insist(): void {
    if (!this.#reached) throw new NotDone(this.#trouble);
  }

  /** A key of the store's. */
  name(...parts: readonly string[]): string {
    return this.#prefix + parts.join("");
  }

  /** A channel of the store's: unlike keys, channels are the same in all databases of a Redis. */
  channel(...parts: readonly string[]): string {
    return this.#prefix + (this.#database === "" ? "" : `database ${this.#database} `) + parts.join("");
  }

  /** Has a script run; rejects with `NotDone` or `Unanswered`. */
  async ask(script: Script, keys: readonly string[], args: readonly string[]): Promise<Answered> {
    this.#eras += 1;
    const known = [this.#run, `${this.node}${this.#eras.toString(36)}`, this.#era, String(this.#count)];
    const reply = await this.#connection.run(script, [this.name("store"), ...keys], [...known, ...args]);
    const [era, count, ...values] = reply as readonly Reply[];
    this.#sees(String(era), Number(count));
    return { era: String(era), values };
  }

  publish(channel: string, message: string): void {
    this.#connection.publish(channel, message);
  }

  /** Has `onMessage` called with what is said to a channel, as long as Redis is reached; answers how to end it. */
  subscribe(channel: string, onMessage: (message: string) => void): () => void {
    return this.#connection.subscribe(channel, onMessage);
  }

  /** Has `onReturn` called when something may have gone unheard: Redis is reached again, or has gone back. */
  returned(onReturn: () => void): () => void {
    this.#returned.add(onReturn);
    return () => void this.#returned.delete(onReturn);
  }

  close(): void {
    this.#closed = true;
    this.#returned.clear();
    this.#connection.close();
  }

  async #came(info: string, line: Line): Promise<void> {
    const configuration = await configurationOf(info, line);
    if (configuration.refusal !== undefined) throw new NotDone(configuration.refusal);
    const former = this.#configuration;
    if (former === undefined && isCluster(info)) this.#prefix = inOneSlot(this.#prefix);
    if (former === undefined) await insistOnRights(line, { key: this.name("trial"), channel: this.channel("trial") });
    this.#configuration = configuration;
    this.#run = configuration.run;
    this.#lines += 1;
    if (former?.summary !== configuration.summary) this.#options.observe({ type: "configured", configuration });
    if (former === undefined) return;
    // Behind what the connection does first: by then its channels are subscribed again.
    this.#options.clock.alarm(this.#options.clock.now(), () => {
      this.#available();
      this.#tellReturn();
    });
  }

  #available(): void {
    if (this.#reached || this.#closed) return;
    this.#reached = true;
    this.#options.observe({ type: "available" });
  }

  #went(reason: string): void {
    this.#trouble = reason;
    if (!this.#reached || this.#closed) return;
    this.#reached = false;
    this.#options.observe({ type: "unavailable", reason });
  }

  #sees(era: string, count: number): void {
    if (era === this.#era) {
      this.#count = Math.max(this.#count, count);
      return;
    }
    const renewed = this.#era !== "";
    this.#era = era;
    this.#count = count;
    if (!renewed || this.#closed) return;
    this.#options.observe({ type: "renewed" });
    this.#tellReturn();
  }

  #tellReturn(): void {
    if (!this.#closed) for (const onReturn of [...this.#returned]) onReturn();
  }
}

/** A prefix whose names are all in one hash slot of a Cluster, since scripts touch several of them at once. */
function inOneSlot(prefix: string): string {
  const bare = prefix.replaceAll(/[{}]/g, "");
  return bare === prefix && bare !== "" ? `{${prefix}}` : `{${bare}greenroom}${prefix}`;
}
