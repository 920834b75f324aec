import { describe, expect, test } from "vitest";
import { connect } from "../../src/client/mod.ts";
import { greenroom } from "../../src/greenroom.ts";
import { simulateClients, type Violation } from "../../src/testing/mod.ts";

/** Seeds of one test. */
const BATCH = 25;
const BATCHES = 8;

/** Seeds that find what was wrong with the client once, and with the way it was held to account. */
const seeds: readonly (readonly [seed: number, found: string])[] = [
  [48, "each reset let a room keep more messages than before"],
  [77, "a message on its way stood beside its entry, which an older page had brought"],
  [10, "a log that was trimmed takes a key twice, and both entries bore one id"],
];

async function failuresOf(list: readonly number[]): Promise<string[]> {
  const failures: string[] = [];
  for (const seed of list) {
    const { violations } = await simulateClients({ seed, server: greenroom, connect });
    failures.push(...violations.map((violation) => spell(seed, violation)));
    // The test runner has a word to say now and then, too.
    await new Promise((resolve) => setImmediate(resolve));
  }
  return failures;
}

function spell(seed: number, { kind, atMs, who, text }: Violation): string {
  return `seed ${seed} at ${atMs} ms: ${kind}: ${who} ${text}`;
}

describe("greenroom/client, against whole servers", () => {
  test.each(seeds)("keeps its promises under seed %i, which once found: %s", { timeout: 30_000 }, async (seed) => {
    expect(await failuresOf([seed])).toEqual([]);
  });

  test.each(Array.from({ length: BATCHES }, (_, at) => [at * BATCH + 1, (at + 1) * BATCH]))(
    "keeps its promises under the seeds %i to %i",
    { timeout: 120_000 },
    async (first) => {
      expect(await failuresOf(Array.from({ length: BATCH }, (_, at) => first + at))).toEqual([]);
    },
  );
});

describe("simulateClients()", () => {
  test("does the same for the same seed", { timeout: 30_000 }, async () => {
    const [one, other] = [
      await simulateClients({ seed: 5, server: greenroom, connect }),
      await simulateClients({ seed: 5, server: greenroom, connect }),
    ];
    expect(other.hash).toBe(one.hash);
    expect(other.events).toBe(one.events);
  });
});
