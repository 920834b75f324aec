import { describe, expect, test } from "vitest";
import { greenroom } from "../../src/greenroom.ts";
import { simulate, type Violation } from "../../src/testing/mod.ts";
import { seeds } from "./seeds.ts";

/** Seeds of one test. */
const BATCH = 25;
const BATCHES = 12;

async function failuresOf(list: readonly number[]): Promise<string[]> {
  const failures: string[] = [];
  for (const seed of list) {
    const { violations } = await simulate({ seed, server: greenroom });
    failures.push(...violations.map((violation) => spell(seed, violation)));
    await breath();
  }
  return failures;
}

function spell(seed: number, { kind, atMs, who, text }: Violation): string {
  return `seed ${seed} at ${atMs} ms: ${kind}: ${who} ${text}`;
}

/** The test runner has a word to say now and then, too. */
function breath(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

describe("the whole server", () => {
  test.each(seeds)("keeps its promises under seed %i, which once found: %s", { timeout: 30_000 }, async (seed) => {
    expect(await failuresOf([seed])).toEqual([]);
  });

  test.each(Array.from({ length: BATCHES }, (_, at) => [at * BATCH + 1, (at + 1) * BATCH]))(
    "keeps its promises under the seeds %i to %i",
    { timeout: 60_000 },
    async (first) => {
      expect(await failuresOf(Array.from({ length: BATCH }, (_, at) => first + at))).toEqual([]);
    },
  );
});

describe("simulate()", () => {
  test("does the same for the same seed, twice in one process", async () => {
    for (const seed of [1, 2, 3]) {
      const [one, other] = [await simulate({ seed, server: greenroom }), await simulate({ seed, server: greenroom })];
      expect(other.hash).toBe(one.hash);
      expect(other.events).toBe(one.events);
    }
  });

  test("does something else for another seed", async () => {
    const hashes = new Set<string>();
    for (let seed = 1; seed <= 8; seed += 1) hashes.add((await simulate({ seed, server: greenroom })).hash);
    expect(hashes.size).toBe(8);
  });
});
