import { spawnSync } from "node:child_process";
import process from "node:process";
import { expect, test } from "vitest";
import { binaryOf, root } from "../matrix/targets.ts";

test("JSR would take the sources as they are", () => {
  const args = ["publish", "--dry-run", "--allow-dirty"];
  const { status, stdout, stderr } = spawnSync(binaryOf("deno"), args, {
    cwd: root,
    encoding: "utf8",
    env: { ...process.env, NO_COLOR: "1" },
  });
  const said = stdout + stderr;
  expect(status, said).toBe(0);
  expect(said).not.toMatch(/slow type.*(warning|error)/i);

  const files = [...said.matchAll(/^ +file:.*\/(.+) \(.*B\)$/gm)].map(([, name]) => name);
  expect(files).toEqual(expect.arrayContaining(["LICENSE", "README.md", "deno.json", "mod.ts"]));
  expect(files.filter((name) => /\.test\.ts$|^package/.test(name as string))).toEqual([]);
});
