import { spawnSync } from "node:child_process";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const here = fileURLToPath(new URL(".", import.meta.url));

test("the kernel's types refuse what they must refuse", () => {
  expect(check(here)).toEqual({ status: 0, errors: [] });
});

test("the type check catches an idle expectation and an async handler", () => {
  expect(check(`${here}fixtures`)).toEqual({
    status: 1,
    errors: ["async-handle.ts(4) TS2322", "idle-expectation.ts(4) TS2578"],
  });
});

function check(project: string): { status: number | null; errors: string[] } {
  const tsc = fileURLToPath(new URL("../../node_modules/typescript/bin/tsc", import.meta.url));
  const { status, stdout } = spawnSync(process.execPath, [tsc, "-p", project, "--pretty", "false"], {
    cwd: project,
    encoding: "utf8",
  });
  const errors = [...stdout.matchAll(/^([^(\s]+)\((\d+),\d+\): error (TS\d+)/gm)];
  return { status, errors: errors.map(([, file, line, code]) => `${file}(${line}) ${code}`).toSorted() };
}
