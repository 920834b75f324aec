import * as v from "valibot";
import { type EventType, eventSchemas, type ServerEvent } from "../../src/actors/wire/mod.ts";
import { entryOrder } from "../contract/entry-order.ts";
import type { Answer, Expectation } from "./expectation.ts";
import { Membership } from "./membership.ts";

/** What is known of one `id` within a block: the answers it may still get, and those it must. */
interface Pool {
  /** Answers that must still come. */
  due: number;
  /** Answers that may come beside. */
  spare: number;
  readonly allowed: Set<Answer>;
}

/** Answers to commands; every other event comes by itself. `error` may come without a command only where none is due. */
const replies: ReadonlySet<EventType> = new Set<EventType>([
  "joined",
  "left",
  "history",
  "members",
  "rooms",
  "ready",
  "progress",
  "file",
  "pong",
  "ack",
  "error",
]);

/**
 * Judges what a connection is sent: every event by its schema and by its place in its room, and every answer by the
 * commands that are under way. A command gets exactly one answer, of those that are allowed, under its `id`.
 */
export class AnswerLedger {
  readonly #order = entryOrder();
  readonly #membership: Membership;
  readonly #rates: boolean;
  #pools = new Map<string, Pool>();
  /** Those of the block before: what need not have been answered still may be. */
  #before = new Map<string, Pool>();
  /** The ids of what has to do with files: it may take long, and be answered for the last time in any later block. */
  readonly #files = new Set<string>();
  #due = 0;

  /** @param rates whether commands are held to their rates, so that any may be refused for that. */
  constructor(rates: boolean) {
    this.#rates = rates;
    this.#membership = new Membership(!rates);
  }

  /** How many answers must still come. */
  get due(): number {
    return this.#due;
  }

  /** From here on, other commands; those before have had their answers. */
  nextBlock(): void {
    this.#before = this.#pools;
    this.#pools = new Map();
    this.#due = 0;
    this.#membership.settle();
  }

  expect(expectation: Expectation): void {
    const pool = this.#poolOf(nameOf(expectation.id));
    for (const answer of this.#membership.narrowed(expectation)) pool.allowed.add(answer);
    if (this.#rates) pool.allowed.add("error rate_limited");
    if (expectation.answers === "at most one") pool.spare += 1;
    else {
      pool.due += 1;
      this.#due += 1;
      if (expectation.answers === "some") this.#files.add(nameOf(expectation.id));
    }
  }

  /** Takes in an event; says what it breaks, if it breaks anything. */
  receive(value: unknown): string | undefined {
    const event = value as ServerEvent;
    if (typeof event !== "object" || event === null || !Object.hasOwn(eventSchemas, event.type)) {
      return `an event that is none: ${spell(value)}`;
    }
    const checked = v.safeParse(eventSchemas[event.type], event);
    if (!checked.success) return `${checked.issues[0].message} in ${spell(event)}`;
    if (event.type === "error" && event.code === "internal") return `an internal error: ${spell(event)}`;
    const broken = this.#order(event as Parameters<ReturnType<typeof entryOrder>>[0]);
    return broken ?? (replies.has(event.type) ? this.#answer(event) : undefined);
  }

  #answer(event: ServerEvent): string | undefined {
    const answer: Answer = event.type === "error" ? `error ${event.code}` : event.type;
    this.#membership.note(event);
    const name = nameOf("id" in event ? event.id : undefined);
    // It was expected to be let in when that was said.
    const outside = event.type === "error" && event.code === "not_joined" && this.#membership.surprised(event.room);
    for (const pool of [this.#pools.get(name), this.#before.get(name)]) {
      if (pool === undefined || !(outside || pool.allowed.has(answer))) continue;
      if (pool.due > 0) {
        pool.due -= 1;
        if (pool === this.#pools.get(name)) this.#due -= 1;
        return undefined;
      }
      if (pool.spare > 0) {
        pool.spare -= 1;
        return undefined;
      }
    }
    if (this.#files.has(name)) return undefined;
    const pool = this.#pools.get(name);
    const why = pool === undefined ? "no such id" : `allowed: ${[...pool.allowed].join(", ")}; ${pool.due} due`;
    return `an answer that nothing allows (${why}): ${spell(event)}`;
  }

  #poolOf(name: string): Pool {
    let pool = this.#pools.get(name);
    if (pool === undefined) {
      pool = { due: 0, spare: 0, allowed: new Set() };
      this.#pools.set(name, pool);
    }
    return pool;
  }

  /** What has not been answered, for a report. */
  get unanswered(): readonly string[] {
    return [...this.#pools].filter(([, { due }]) => due > 0).map(([name, { due }]) => `${due} under ${name}`);
  }
}

function nameOf(id: string | number | undefined): string {
  return id === undefined ? "no id" : `${typeof id} ${id}`;
}

function spell(value: unknown): string {
  return JSON.stringify(value)?.slice(0, 300) ?? "undefined";
}
