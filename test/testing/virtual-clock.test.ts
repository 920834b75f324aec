import { describe, expect, it } from "vitest";
import { VirtualClock } from "../../src/testing/mod.ts";

describe("VirtualClock", () => {
  it("stands still until it is moved, and never goes back", () => {
    const clock = new VirtualClock(1_000_000);
    expect([clock.now(), clock.date()]).toEqual([0, 1_000_000]);
    clock.moveTo(50);
    clock.moveTo(20);
    expect([clock.now(), clock.date()]).toEqual([50, 1_000_050]);
  });

  it("rings what is due, in order of time and then of setting", () => {
    const clock = new VirtualClock();
    const rung: string[] = [];
    clock.alarm(20, () => rung.push("20"));
    clock.alarm(10, () => rung.push("10"));
    clock.alarm(10, () => rung.push("10 again"));
    clock.alarm(30, () => rung.push("30"));
    clock.moveTo(9);
    expect(rung).toEqual([]);
    clock.moveTo(20);
    expect(rung).toEqual(["10", "10 again", "20"]);
    clock.moveTo(100);
    expect(rung).toHaveLength(4);
  });

  it("rings at the moment it was moved to what was set for the past", () => {
    const clock = new VirtualClock();
    clock.moveTo(100);
    const rung: number[] = [];
    clock.alarm(50, () => rung.push(clock.now()));
    expect(clock.next).toBe(50);
    clock.moveTo(100);
    expect(rung).toEqual([100]);
  });

  it("rings what an alarm sets, where that is due as well", () => {
    const clock = new VirtualClock();
    const rung: string[] = [];
    clock.alarm(10, () => {
      rung.push("first");
      clock.alarm(15, () => rung.push("second"));
      clock.alarm(25, () => rung.push("third"));
    });
    clock.moveTo(20);
    expect(rung).toEqual(["first", "second"]);
    expect(clock.next).toBe(25);
  });

  it("takes alarms back, even from within another of the same moment", () => {
    const clock = new VirtualClock();
    const rung: string[] = [];
    let takeBack = (): void => undefined;
    clock.alarm(10, () => {
      rung.push("first");
      takeBack();
    });
    takeBack = clock.alarm(10, () => rung.push("second"));
    const last = clock.alarm(20, () => rung.push("last"));
    last();
    last();
    clock.moveTo(100);
    expect(rung).toEqual(["first"]);
    expect(clock.next).toBeUndefined();
  });

  it("jumps on the wall clock alone", () => {
    const clock = new VirtualClock(0);
    const rung: number[] = [];
    clock.alarm(10, () => rung.push(clock.date()));
    clock.jump(3_600_000);
    expect([clock.now(), clock.date(), rung]).toEqual([0, 3_600_000, []]);
    clock.jump(-7_200_000);
    clock.moveTo(10);
    expect(rung).toEqual([-3_600_000 + 10]);
  });
});
