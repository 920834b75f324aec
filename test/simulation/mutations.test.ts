import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { mutations } from "./mutations/mutations.ts";

/** How often a text stands in a source. */
function timesIn(file: string, text: string): number {
  return readFileSync(new URL(`../../src/${file}`, import.meta.url), "utf8").split(text).length - 1;
}

describe("the faults that are put into the sources on purpose", () => {
  test.each(mutations)("can still be made: $name", ({ patches }) => {
    expect(patches.length).toBeGreaterThan(0);
    for (const { file, from } of patches) expect([file, from, timesIn(file, from)]).toEqual([file, from, 1]);
  });

  test("have names of their own", () => {
    expect(new Set(mutations.map(({ name }) => name)).size).toBe(mutations.length);
  });
});
