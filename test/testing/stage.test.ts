import { describe, expect, it } from "vitest";
import type { Behavior } from "../../src/actors/kernel/mod.ts";
import { Stage } from "../../src/testing/mod.ts";

/** Writes down when it is told something; "tick" comes by itself every 100 ms. */
function ticking(seen: string[]): Behavior<string> {
  return function ticking(context) {
    context.every("tick", 100, "tick");
    return function handle(message): undefined {
      seen.push(`${message} at ${context.now()}`);
    };
  };
}

describe("Stage", () => {
  it("lets nothing happen by itself", async () => {
    const stage = new Stage();
    const seen: string[] = [];
    stage.system.spawn(ticking(seen)).tell("hello");
    await Promise.resolve();
    expect(seen).toEqual([]);
    await stage.settle();
    expect(seen).toEqual(["hello at 0"]);
  });

  it("stops at each moment at which something is due", async () => {
    const stage = new Stage();
    const seen: string[] = [];
    stage.system.spawn(ticking(seen));
    await stage.advance(350);
    expect(seen).toEqual(["tick at 100", "tick at 200", "tick at 300"]);
    expect(stage.clock.now()).toBe(350);
  });

  it("settles promises that actors wait for, one behind the other", async () => {
    const stage = new Stage();
    const seen: number[] = [];
    stage.system.spawn<number>((context) => {
      const later = (number: number): Promise<number> =>
        Promise.resolve()
          .then(() => undefined)
          .then(() => number);
      context.pipe(later(1), (number) => number, Number);
      return function handle(number): undefined {
        seen.push(number);
        if (number < 5) context.pipe(later(number + 1), (next) => next, Number);
      };
    });
    await stage.settle();
    expect(seen).toEqual([1, 2, 3, 4, 5]);
  });

  it("keeps everything the system reports", async () => {
    const stage = new Stage();
    const ref = stage.system.spawn<string>(() => () => {
      throw new Error("no");
    });
    ref.tell("hello");
    await stage.settle();
    expect(stage.events).toMatchObject([{ type: "failed", path: "/$1", outcome: "stopped" }]);
  });

  it("draws the same random numbers for the same seed", async () => {
    const draw = (seed?: number): number => new Stage(seed === undefined ? {} : { seed }).system.ports.random();
    expect(draw(5)).toBe(draw(5));
    expect(draw()).toBe(draw(1));
    expect(draw(5)).not.toBe(draw(6));
  });
});
