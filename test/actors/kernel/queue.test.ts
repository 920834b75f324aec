import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Queue } from "../../../src/actors/kernel/queue.ts";

type Step =
  | { readonly type: "push" }
  | { readonly type: "take" }
  | { readonly type: "pluck"; readonly divisor: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 5, arbitrary: fc.constant({ type: "push" } as const) },
  { weight: 4, arbitrary: fc.constant({ type: "take" } as const) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant("pluck" as const), divisor: fc.integer({ min: 1, max: 9 }) }) },
);

describe("Queue", () => {
  it("takes and plucks what an array would, in the same order", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 400 }), (steps) => {
        const queue = new Queue<number>();
        const model: number[] = [];
        let next = 1;
        for (const step of steps) {
          if (step.type === "push") {
            queue.push(next);
            model.push(next);
            next += 1;
          } else if (step.type === "take") {
            expect(queue.take()).toBe(model.shift());
          } else {
            const at = model.findIndex((item) => item % step.divisor === 0);
            const [expected] = at < 0 ? [undefined] : model.splice(at, 1);
            expect(queue.pluck((item) => item % step.divisor === 0)).toBe(expected);
          }
          expect(queue.length).toBe(model.length);
        }
      }),
    );
  });

  it("keeps its order over thousands of items that come and go", () => {
    const queue = new Queue<number>();
    let pushed = 0;
    let taken = 0;
    for (let round = 0; round < 5_000; round += 1) {
      for (let more = 0; more < 3; more += 1) queue.push(pushed++);
      for (let fewer = 0; fewer < 2; fewer += 1) expect(queue.take()).toBe(taken++);
    }
    while (queue.length > 0) expect(queue.take()).toBe(taken++);
    expect(taken).toBe(pushed);
  });

  it("answers undefined while it is empty, and goes on from there", () => {
    const queue = new Queue<string>();
    expect(queue.take()).toBeUndefined();
    expect(queue.pluck(() => true)).toBeUndefined();
    queue.push("one");
    expect(queue.take()).toBe("one");
    expect(queue.take()).toBeUndefined();
    queue.push("two");
    expect(queue.length).toBe(1);
    expect(queue.take()).toBe("two");
  });

  it("plucks nothing that was taken before", () => {
    const queue = new Queue<number>();
    for (const item of [1, 2, 3]) queue.push(item);
    queue.take();
    expect(queue.pluck((item) => item === 1)).toBeUndefined();
    expect(queue.pluck(() => true)).toBe(2);
    expect(queue.take()).toBe(3);
  });
});
