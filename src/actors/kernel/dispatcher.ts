import type { Clock, Scheduler } from "./clock.ts";
import type { HandedOut, TurnEndStage } from "./context.ts";
import { type Meter, unmetered } from "./meter.ts";
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
  run(): HandedOut | undefined;
}

/** Who hears of a dispatcher's turns. */
export interface DispatcherOptions {
  /** A batch, or a stage of a turn's end, took longer than `stallMs`. */
  readonly onStall: (path: string, ms: number) => void;
  readonly stallMs?: number;
  readonly meter?: Meter | undefined;
}

/**
 * After a flush that took d ms, the next one waits d / `share`, at most `mostMs`; a wait below `leastMs` is none, so that
 * nothing waits at light load. Nor does anything where each receiver got fewer than `joined` deliveries: a wait joins
 * nothing there, and peers fall asleep meanwhile, so that writing to them takes a fifth longer.
 */
const PACE = { share: 4, leastMs: 0.25, mostMs: 10, joined: 1.5 };
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
 *
 * Under load, turns go on while what they wrote is gathered for a moment: after a flush that took long, the next one waits
 * a quarter of that, so that the same writes carry more.
 */
export class Dispatcher {
  readonly #clock: Clock;
  readonly #scheduler: Scheduler;
  readonly #onStall: (path: string, ms: number) => void;
  readonly #meter: Meter;
  readonly #stallMs: number;
  readonly #ready = new Queue<Runnable>();
  readonly #ends: Record<TurnEndStage, TurnEnd[]> = { commit: [], gather: [], flush: [] };
  readonly #awaitingQuiet: (() => void)[] = [];
  #turning = false;
  #awaited = false;
  /** Until when the gathering and the flush wait. */
  #pacedUntilMs = 0;
  #rings = false;
  /** What the rooms have handed out since the last flush. */
  #deliveries = 0;
  #receivers = 0;
  /** How many turns there have been. */
  turns = 0;

  constructor(clock: Clock, scheduler: Scheduler, { onStall, meter = unmetered, stallMs = 100 }: DispatcherOptions) {
    this.#clock = clock;
    this.#scheduler = scheduler;
    this.#onStall = onStall;
    this.#meter = meter;
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
    if (this.#turning) return;
    this.#pacedUntilMs = 0;
    this.#turn();
  }

  #turn = (): void => {
    this.#awaited = false;
    this.#turning = true;
    this.turns += 1;
    const from = this.#clock.now();
    this.#drain(from);
    if (this.#finish("commit")) this.#drain(this.#clock.now());
    this.#paced();
    this.#meter.turned(this.#clock.now() - from);
    this.#turning = false;
    const { commit, gather, flush } = this.#ends;
    const waits = gather.length > 0 || flush.length > 0;
    if (this.#ready.length > 0 || commit.length > 0) this.#await();
    else if (waits) this.#ring();
    else for (const resolve of this.#awaitingQuiet.splice(0)) resolve();
  };

  /** Gathers and flushes what the turns since the last flush have left, unless that was a moment ago and took long. */
  #paced(): void {
    if (this.#ends.gather.length === 0 && this.#ends.flush.length === 0) return;
    const from = this.#clock.now();
    if (from < this.#pacedUntilMs) return;
    this.#finish("gather");
    this.#finish("flush");
    const now = this.#clock.now();
    this.#meter.flushed(now);
    const joins = this.#receivers === 0 || this.#deliveries >= PACE.joined * this.#receivers;
    this.#deliveries = 0;
    this.#receivers = 0;
    const waitMs = joins ? Math.min(PACE.mostMs, (now - from) / PACE.share) : 0;
    this.#pacedUntilMs = waitMs < PACE.leastMs ? 0 : now + waitMs;
  }

  /** Has a turn run when the pace allows the next flush. */
  #ring(): void {
    if (this.#clock.now() >= this.#pacedUntilMs) return this.#await();
    if (this.#rings) return;
    this.#rings = true;
    this.#clock.alarm(this.#pacedUntilMs, () => {
      this.#rings = false;
      if (this.#ends.gather.length > 0 || this.#ends.flush.length > 0) this.#await();
    });
  }

  #drain(from: number): void {
    let now = from;
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
        const handedOut = end.run();
        if (handedOut === undefined) continue;
        this.#deliveries += handedOut.deliveries;
        this.#receivers += handedOut.receivers;
      }
    }
    const ms = this.#clock.now() - from;
    if (ms > this.#stallMs) this.#onStall(`the ${stage} of a turn`, ms);
    return true;
  }
}
