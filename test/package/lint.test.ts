import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import process from "node:process";
import { expect, test } from "vitest";
import { root } from "../matrix/targets.ts";

const fixtures = `${root}test/package/fixtures/`;

test("npm run lint names every floating promise, whether its function is ours, imported, a method or a module's", () => {
  const lines = readFileSync(`${fixtures}floating.ts`, "utf8").split("\n");
  const floating = lines.flatMap((line, at) => (line.endsWith("// floating") ? [at + 1] : []));
  expect(floating.length).toBeGreaterThan(10);

  const { status, stdout } = lint(["--config", "house.json", "--format", "unix", "floating.ts"]);
  const named = [...stdout.matchAll(/^floating\.ts:(\d+):.*\((?:no-floating-promises|no-misused-promises)\)\]$/gm)];
  expect(named.map(([, line]) => Number(line)).toSorted((a, b) => a - b)).toEqual(floating);
  expect(status).toBe(1);
});

test("npm run lint finds nothing where every promise is waited for", () => {
  expect(lint(["--config", "house.json", "away.ts"])).toMatchObject({ status: 0 });
});

test("npm run lint looks at types", () => {
  expect(JSON.parse(readFileSync(`${root}package.json`, "utf8")).scripts.lint).toContain("--type-aware");
});

function lint(args: readonly string[]): { status: number | null; stdout: string } {
  const oxlint = `${root}node_modules/oxlint/bin/oxlint`;
  return spawnSync(process.execPath, [oxlint, "--type-aware", ...args], { cwd: fixtures, encoding: "utf8" });
}
