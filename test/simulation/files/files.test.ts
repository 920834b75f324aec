import { describe, expect, it } from "vitest";
import { simulateFiles } from "./simulate-files.ts";

const BATCH = 20;

describe("files on a simulated disk", () => {
  it.each(Array.from({ length: 5 }, (_, at) => [at * BATCH + 1, (at + 1) * BATCH]))(
    "are there while a message names them, and gone after, through deaths and errors: seeds %i to %i",
    async (first) => {
      for (let seed = first; seed < first + BATCH; seed += 1) {
        expect(await simulateFiles({ seed }), `seed ${seed}`).toEqual([]);
      }
    },
    120_000,
  );
});
