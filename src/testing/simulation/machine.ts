import type { Ports } from "../../actors/kernel/mod.ts";
import { StepScheduler } from "../step-scheduler.ts";
import type { Dice } from "./dice.ts";
import type { Timeline } from "./timeline.ts";

/**
 * One simulated machine: an event loop of its own, on the common time. Whatever reaches it from outside (a timer, a
 * message of a socket, an answer of the log) does so as a macrotask, and nothing does once it is dead.
 */
export class Machine {
  readonly name: string;
  readonly ports: Ports;
  readonly #timeline: Timeline;
  readonly #dice: Dice;
  readonly #tasks = new StepScheduler();
  #frozenUntil = 0;
  #aheadMs = 0;
  /** Until when what it says, or what it should hear, does not come through to or from other machines. */
  readonly #cutMs = { says: 0, hears: 0 };
  dead = false;

  constructor(name: string, timeline: Timeline, dice: Dice) {
    this.name = name;
    this.#timeline = timeline;
    this.#dice = dice;
    const { clock } = timeline;
    this.ports = {
      clock: {
        now: () => clock.now(),
        date: () => Math.floor(clock.date() + this.#aheadMs),
        alarm: (atMs, run) => this.#alarm(atMs, run),
      },
      random: dice.fork().random,
      scheduler: { macrotask: (run) => this.post(run) },
    };
    timeline.add(this);
  }

  /** Has something done in this machine, as soon as its event loop comes to it. */
  post(run: () => void): void {
    if (!this.dead) this.#tasks.macrotask(run);
  }

  /** Until when its event loop was held up last. */
  get frozenUntilMs(): number {
    return this.#frozenUntil;
  }

  get ready(): boolean {
    return !this.#tasks.idle && this.#frozenUntil <= this.#timeline.now;
  }

  /** Does the next thing: mostly the oldest, sometimes another, since no runtime promises their order. */
  step(): void {
    const others = this.#tasks.length - 1;
    this.#tasks.step(others > 0 && this.#dice.chance(0.25) ? this.#dice.whole(0, others) : 0);
  }

  /** Holds the event loop up, as a long computation or a suspended machine does. */
  freeze(ms: number): undefined {
    this.#frozenUntil = Math.max(this.#frozenUntil, this.#timeline.now + ms);
    this.#timeline.after(ms, () => undefined);
  }

  /** Sets this machine's wall clock forward or back. */
  jump(ms: number): undefined {
    this.#aheadMs += ms;
  }

  /** Has nothing come through between it and what all machines share: neither way, or one way only. */
  cutOff(untilMs: number, ways: readonly ("says" | "hears")[]): undefined {
    for (const way of ways) this.#cutMs[way] = untilMs;
  }

  isCutOff(way: "says" | "hears"): boolean {
    return this.#timeline.now < this.#cutMs[way];
  }

  kill(): undefined {
    this.dead = true;
    while (this.#tasks.length > 0) this.#tasks.take(0);
    this.#timeline.remove(this);
  }

  #alarm(atMs: number, run: () => void): () => void {
    let due = true;
    const takeBack = this.#timeline.clock.alarm(atMs, () => this.post(() => due && run()));
    return () => {
      due = false;
      takeBack();
    };
  }
}
