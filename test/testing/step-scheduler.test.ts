import { describe, expect, it } from "vitest";
import { StepScheduler } from "../../src/testing/mod.ts";

function scheduled(...names: string[]) {
  const scheduler = new StepScheduler();
  const ran: string[] = [];
  for (const name of names) scheduler.macrotask(() => ran.push(name));
  return { scheduler, ran };
}

describe("StepScheduler", () => {
  it("runs nothing by itself, and one macrotask a step, the oldest first", () => {
    const { scheduler, ran } = scheduled("one", "two");
    expect([ran.length, scheduler.length, scheduler.idle]).toEqual([0, 2, false]);
    expect(scheduler.step()).toBe(true);
    expect(ran).toEqual(["one"]);
    expect(scheduler.step()).toBe(true);
    expect(ran).toEqual(["one", "two"]);
    expect(scheduler.step()).toBe(false);
    expect(scheduler.idle).toBe(true);
  });

  it("runs the one it is pointed at", () => {
    const { scheduler, ran } = scheduled("one", "two", "three");
    scheduler.step(1);
    scheduler.step();
    scheduler.step();
    expect(ran).toEqual(["two", "one", "three"]);
    expect(scheduler.step(7)).toBe(false);
  });

  it("keeps what a macrotask schedules for a later step", () => {
    const { scheduler, ran } = scheduled();
    scheduler.macrotask(() => {
      ran.push("first");
      scheduler.macrotask(() => ran.push("second"));
    });
    scheduler.step();
    expect(ran).toEqual(["first"]);
    expect(scheduler.length).toBe(1);
    scheduler.step();
    expect(ran).toEqual(["first", "second"]);
  });
});
