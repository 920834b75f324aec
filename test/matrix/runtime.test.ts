import process from "node:process";
import { expect, test } from "vitest";

/** What a runtime says it is, asked in a way no other one can answer. */
function runtimeAtHand(): string {
  const { Deno, Bun } = globalThis as { Deno?: { version: { deno: string } }; Bun?: { version: string } };
  if (Deno !== undefined) return `deno ${Deno.version.deno}`;
  if (Bun !== undefined) return `bun ${Bun.version}`;
  return `node ${process.versions.node}`;
}

test("the unit suites run on the runtime the matrix meant", () => {
  const meant = process.env.GREENROOM_TEST_RUNTIME;
  // Outside the matrix (`npx vitest`) nothing was meant.
  if (meant === undefined) return;
  expect(runtimeAtHand()).toMatch(new RegExp(`^${meant.replaceAll(".", "\\.")}`));
});
