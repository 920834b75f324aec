import { describe, expect, it } from "vitest";
import { seededRandom } from "../../src/testing/mod.ts";

function numbers(seed: number, count: number): number[] {
  const random = seededRandom(seed);
  return Array.from({ length: count }, () => random());
}

describe("seededRandom()", () => {
  it("gives the same numbers for the same seed, on every runtime", () => {
    expect(numbers(1, 3)).toEqual([0.6270739405881613, 0.002735721180215478, 0.5274470399599522]);
    expect(numbers(42, 1_000)).toEqual(numbers(42, 1_000));
  });

  it("gives others for another seed", () => {
    const first = new Set(Array.from({ length: 1_000 }, (_, seed) => numbers(seed, 1)[0]));
    expect(first.size).toBeGreaterThan(990);
  });

  it("stays within [0, 1) and is spread evenly", () => {
    const drawn = numbers(7, 100_000);
    expect(drawn.every((number) => number >= 0 && number < 1)).toBe(true);
    const tenths = Array.from({ length: 10 }, () => 0);
    for (const number of drawn) tenths[Math.floor(number * 10)]! += 1;
    for (const count of tenths) expect(Math.abs(count - 10_000)).toBeLessThan(500);
  });
});
