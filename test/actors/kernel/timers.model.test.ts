import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Timer, Timers } from "../../../src/actors/kernel/timers.ts";
import { seededRandom, VirtualClock } from "../../../src/testing/mod.ts";

type Step =
  | { readonly type: "set"; readonly delayMs: number }
  | { readonly type: "cancel"; readonly which: number }
  | { readonly type: "advance"; readonly ms: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ type: fc.constant("set" as const), delayMs: fc.integer({ min: -5, max: 60 }) }) },
  { weight: 4, arbitrary: fc.record({ type: fc.constant("cancel" as const), which: fc.nat(500) }) },
  { weight: 2, arbitrary: fc.record({ type: fc.constant("advance" as const), ms: fc.nat(40) }) },
);

/** Timers beside the simplest thing that could work: a list that is searched for what is due. */
class Race {
  readonly clock = new VirtualClock();
  readonly timers = new Timers(this.clock);
  readonly fired: number[] = [];
  readonly expected: number[] = [];
  readonly #set: Timer[] = [];
  #model: { readonly id: number; readonly atMs: number }[] = [];

  set(delayMs: number): void {
    const id = this.#set.length;
    this.#set.push(this.timers.set(delayMs, { ring: () => this.fired.push(id) }));
    this.#model.push({ id, atMs: this.clock.now() + Math.max(0, delayMs) });
  }

  cancel(which: number): void {
    if (this.#set.length === 0) return;
    const id = which % this.#set.length;
    this.timers.cancel(this.#set[id] as Timer);
    this.#model = this.#model.filter((timer) => timer.id !== id);
  }

  advance(ms: number): void {
    const end = this.clock.now() + ms;
    for (let next = this.clock.next; next !== undefined && next <= end; next = this.clock.next) this.clock.moveTo(next);
    this.clock.moveTo(end);
    const due = this.#model.filter(({ atMs }) => atMs <= end).sort((a, b) => a.atMs - b.atMs || a.id - b.id);
    this.#model = this.#model.filter(({ atMs }) => atMs > end);
    this.expected.push(...due.map(({ id }) => id));
    expect(this.fired).toEqual(this.expected);
  }

  run(step: Step): void {
    if (step.type === "set") this.set(step.delayMs);
    else if (step.type === "cancel") this.cancel(step.which);
    else this.advance(step.ms);
  }
}

describe("Timers", () => {
  it("fire what a simple list would, in the same order", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 300 }), (steps) => {
        const race = new Race();
        for (const step of steps) race.run(step);
        race.advance(1_000);
      }),
      { numRuns: 200 },
    );
  });

  it.each([1, 2, 3])("do so over thousands of timers and cancels (seed %d)", (seed) => {
    const race = new Race();
    const random = seededRandom(seed);
    for (let round = 0; round < 60; round += 1) {
      for (let more = 0; more < 100; more += 1) race.set(Math.floor(random() * 500));
      for (let fewer = 0; fewer < 80; fewer += 1) race.cancel(Math.floor(random() * 100_000));
      race.advance(Math.floor(random() * 20));
    }
    race.advance(1_000);
    expect(race.fired.length).toBeGreaterThan(1_000);
    expect(race.clock.next).toBeUndefined();
  });

  it("keep one alarm on the clock, however many there are", () => {
    const clock = new VirtualClock();
    const alarms: number[] = [];
    const timers = new Timers({
      now: () => clock.now(),
      date: () => clock.date(),
      alarm: (atMs, run) => {
        alarms.push(atMs);
        return clock.alarm(atMs, run);
      },
    });
    for (let at = 1; at <= 1_000; at += 1) timers.set(at, { ring: () => undefined });
    expect(alarms).toEqual([1]);
    timers.set(0, { ring: () => undefined });
    expect(alarms).toEqual([1, 0]);
  });

  it("fire what is due though the clock comes late", () => {
    const clock = new VirtualClock();
    const timers = new Timers(clock);
    const fired: string[] = [];
    timers.set(20, { ring: () => fired.push("second") });
    timers.set(10, { ring: () => fired.push("first") });
    clock.moveTo(5_000);
    expect(fired).toEqual(["first", "second"]);
  });

  it("leave alone a timer that is cancelled by another of the same moment", () => {
    const clock = new VirtualClock();
    const timers = new Timers(clock);
    const fired: string[] = [];
    const ring = (): void => {
      fired.push("first");
      timers.cancel(second);
    };
    timers.set(10, { ring });
    const second = timers.set(10, { ring: () => fired.push("second") });
    clock.moveTo(10);
    expect(fired).toEqual(["first"]);
  });

  it("let go of what clear() ends, and go on with what is set afterwards", () => {
    const clock = new VirtualClock();
    const timers = new Timers(clock);
    const fired: string[] = [];
    timers.set(10, { ring: () => fired.push("cleared") });
    timers.clear();
    expect(clock.next).toBeUndefined();
    timers.set(20, { ring: () => fired.push("later") });
    clock.moveTo(20);
    expect(fired).toEqual(["later"]);
  });
});
