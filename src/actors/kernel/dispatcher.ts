import type { Clock, Scheduler } from "./clock.ts";
import type { TurnEndStage } from "./context.ts";
import { Queue } from "./queue.ts";

/** Something with messages waiting. */
export interface Runnable {
  /** Handles at most `limit` messages, and few after `untilMs`; answers whether more are waiting. */
  run(limit: number, untilMs: number): boolean;
  readonly path: string;
}

/** Something to run once at the end of a turn. */
export interface TurnEnd {
  readonly stage: TurnEndStage;
  /** Whether it is among those of the present turn already. */
  requested: boolean;
  run(): void;
}

const TURN_MS = 5;
const TURN_BATCHES = 10_000;
const BATCH = 32;

/**
 * Runs actors in turns. A turn is one macrotask: runnable actors take batches of messages in order, until all are quiet
 * or the turn has lasted 5 ms, and whatever they wrote goes out once at its end.
 *
 * Not a microtask, since messages per write decide the speed of everything: with 200 clients on Node, draining in
 * microtasks carried 70–94 k deliveries/s, turns carried 768–915 k. An actor woken within a turn runs in it, so a message
 * that takes four hops still costs one turn.
 */
export class Dispatcher {
  readonly #clock: Clock;
  readonly #scheduler: Scheduler;
  readonly #onStall: (path: string, ms: number) => void;
  readonly #stallMs: number;
  readonly #ready = new Queue<Runnable>();
  readonly #ends: Record<TurnEndStage, TurnEnd[]> = { commit: [], gather: [], flush: [] };
  readonly #awaitingQuiet: (() => void)[] = [];
  #turning = false;
  #awaited = false;
  /** How many turns there have been. */
  turns = 0;

  constructor(clock: Clock, scheduler: Scheduler, onStall: (path: string, ms: number) => void, stallMs = 100) {
    this.#clock = clock;
    this.#scheduler = scheduler;
    this.#onStall = onStall;
    this.#stallMs = stallMs;
  }

  /** Queues an actor that has become runnable; the caller sees to it that it is queued once. */
  ready(actor: Runnable): void {
    this.#ready.push(actor);
    this.#await();
  }

  /** Queues what is to run at the end of this turn, or of the next one where none is under way. */
  atTurnEnd(end: TurnEnd): void {
    if (end.requested) return;
    end.requested = true;
    this.#ends[end.stage].push(end);
    this.#await();
  }

  /** Calls `resolve` at the end of the first turn, counted from the next one, that leaves nothing to do. */
  whenQuiet(resolve: () => void): void {
    this.#awaitingQuiet.push(resolve);
    this.#await();
  }

  #await(): void {
    if (this.#turning || this.#awaited) return;
    this.#awaited = true;
    this.#scheduler.macrotask(this.#turn);
  }

  /** Runs a turn at once, unless one is under way: for input whose answer cannot wait for a macrotask. */
  turn(): void {
    if (!this.#turning) this.#turn();
  }

  #turn = (): void => {
    this.#awaited = false;
    this.#turning = true;
    this.turns += 1;
    this.#drain();
    if (this.#finish("commit")) this.#drain();
    this.#finish("gather");
    this.#finish("flush");
    this.#turning = false;
    if (this.#ready.length > 0 || this.#ends.commit.length > 0 || this.#ends.gather.length > 0) this.#await();
    else for (const resolve of this.#awaitingQuiet.splice(0)) resolve();
  };

  #drain(): void {
    let now = this.#clock.now();
    const until = now + TURN_MS;
    for (let batches = 0; batches < TURN_BATCHES && now < until; batches += 1) {
      const actor = this.#ready.take();
      if (actor === undefined) return;
      if (actor.run(BATCH, until)) this.#ready.push(actor);
      const after = this.#clock.now();
      if (after - now > this.#stallMs) this.#onStall(actor.path, after - now);
      now = after;
    }
  }

  /** Runs what was requested for a stage; answers whether that was anything. */
  #finish(stage: TurnEndStage): boolean {
    if (this.#ends[stage].length === 0) return false;
    const from = this.#clock.now();
    // Whatever a run requests again for its own stage is run as well, in this same turn.
    for (let due = this.#ends[stage]; due.length > 0; due = this.#ends[stage]) {
      this.#ends[stage] = [];
      for (const end of due) {
        end.requested = false;
        end.run();
      }
    }
    const ms = this.#clock.now() - from;
    if (ms > this.#stallMs) this.#onStall(`the ${stage} of a turn`, ms);
    return true;
  }
}
