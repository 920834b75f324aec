import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { read } from "../../docs/generate.ts";
import { rowsOf, sectionsOf } from "./markdown.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** Every test of the contract: the name of its file, and its own. */
function contractTests(): readonly { readonly file: string; readonly name: string }[] {
  const folder = mkdtempSync(join(tmpdir(), "greenroom-list-"));
  try {
    const list = join(folder, "list.json");
    const args = ["node_modules/vitest/vitest.mjs", "list", "--project=contract", `--json=${list}`];
    execFileSync(process.execPath, args, { cwd: root, stdio: "ignore" });
    const tests = JSON.parse(readFileSync(list, "utf8")) as { readonly file: string; readonly name: string }[];
    return tests.map(({ file, name }) => ({
      file: basename(file, ".test.ts"),
      name: name.slice(name.indexOf(" > ") + 3),
    }));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The tests that the page names: a file in code, and behind it a name, of which `…` leaves the end open. */
function named(): readonly { readonly file: string; readonly name: string }[] {
  const [list] = sectionsOf(read("docs/hostile-input.md"), 2).filter(({ title }) => title === "The list");
  return rowsOf(list?.text ?? "").flatMap(([, cell = ""]) =>
    [...cell.matchAll(/`([a-z-]+)` ([^;]+)/g)].map(([, file = "", name = ""]) => ({ file, name: name.trim() })),
  );
}

describe("docs/hostile-input.md", () => {
  const tests = contractTests();

  it("names tests that are there", () => {
    const exists = (one: { readonly file: string; readonly name: string }): boolean => {
      const start = one.name.endsWith("…") ? one.name.slice(0, -1).trimEnd() : undefined;
      return tests.some(
        ({ file, name }) => file === one.file && (start === undefined ? name === one.name : name.startsWith(start)),
      );
    };
    expect(named().length).toBeGreaterThan(60);
    expect(named().filter((one) => !exists(one))).toEqual([]);
  });

  it("leaves out no test of the hostile suites' files", () => {
    const files = new Set(tests.map(({ file }) => file).filter((file) => file.startsWith("hostile-")));
    expect([...files].filter((file) => !named().some((one) => one.file === file))).toEqual([]);
  });
});
