import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { SmallMap } from "../../../src/actors/kernel/small-map.ts";

const key = fc.constantFrom("a", "b", "c", undefined);
const step = fc.oneof(
  fc.record({ type: fc.constant("set" as const), key, value: fc.nat() }),
  fc.record({ type: fc.constant("delete" as const), key, value: fc.constant(0) }),
);

describe("a small map", () => {
  it("is what a Map is, after whatever was done to both", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
        const map = new Map<string | undefined, number>();
        const small = new SmallMap<string | undefined, number>();
        for (const { type, key, value } of steps) {
          if (type === "set") {
            map.set(key, value);
            small.set(key, value);
          } else expect(small.delete(key)).toBe(map.delete(key));
          expect([...small]).toEqual([...map]);
          expect(small.size).toBe(map.size);
          for (const each of ["a", "b", "c", undefined]) expect(small.get(each)).toBe(map.get(each));
        }
      }),
    );
  });
});
