import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { read } from "../../docs/generate.ts";
import { binaryOf } from "../matrix/targets.ts";
import { rowsOf } from "./markdown.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** A test: the folder and name of its file, such as `door/tokens`, and its own name. */
interface Test {
  readonly file: string;
  readonly name: string;
}

/** The tests that the page may name, of one kind of suites. */
function testsOf(project: string, ...suites: readonly string[]): readonly Test[] {
  const folder = mkdtempSync(join(tmpdir(), "greenroom-list-"));
  try {
    const list = join(folder, "list.json");
    const args = ["node_modules/vitest/vitest.mjs", "list", ...suites, `--project=${project}`, `--json=${list}`];
    execFileSync(binaryOf("driver"), args, { cwd: root, stdio: "ignore" });
    return (JSON.parse(readFileSync(list, "utf8")) as Test[]).map(({ file, name }) => ({
      file: /([^/]+\/[^/]+)\.test\.ts$/.exec(file)?.[1] ?? file,
      name: name.slice(name.lastIndexOf(" > ") < 0 ? 0 : name.lastIndexOf(" > ") + 3),
    }));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const held = [...read("docs/security.md").matchAll(/<!-- held -->([^]*?)<!-- end -->/g)].map(([, table = ""]) => table);

/** The tests that a row names: a file in code, and behind it a name, of which `…` leaves the end open. */
function named(cell = ""): readonly Test[] {
  return [...cell.matchAll(/`([a-z]+\/[a-z-]+)` ([^;]+)/g)].map(([, file = "", name = ""]) => ({
    file,
    name: name.trim(),
  }));
}

describe("docs/security.md", () => {
  const rows = held.flatMap((table) => rowsOf(table)).filter(([item]) => item !== "item" && item !== "found");

  it("names at least one test for each item", () => {
    expect(rows.length).toBeGreaterThan(20);
    expect(rows.filter(([, , cell]) => named(cell).length === 0)).toEqual([]);
  });

  it("names tests that are there", { timeout: 300_000 }, () => {
    const actors = ["connection/", "files/", "room/moderation/"].map((folder) => `test/actors/${folder}`);
    const folders = ["test/door/", "test/routes/", "test/logs/sqlite/", "test/eavesdropper", ...actors];
    const all = [...testsOf("contract"), ...testsOf("browser"), ...testsOf("unit", ...folders)];
    const exists = (one: Test): boolean =>
      all.some(({ file, name }) => {
        if (file !== one.file) return false;
        return one.name.endsWith("…") ? name.startsWith(one.name.slice(0, -1).trimEnd()) : name === one.name;
      });
    expect(rows.flatMap(([, , cell]) => named(cell)).filter((one) => !exists(one))).toEqual([]);
  });

  it("has every item of ASVS 5.0, V4.4", () => {
    const items = rows.map(([item = ""]) => /^4\.4\.\d/.exec(item)?.[0]).filter((item) => item !== undefined);
    expect(items).toEqual(["4.4.1", "4.4.2", "4.4.3", "4.4.4"]);
  });
});
