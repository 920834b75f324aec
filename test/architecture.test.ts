import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { version } from "../src/version.ts";
import { importsOf } from "./architecture/imports.ts";
import { breaches } from "./architecture/law.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const files = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard", "--deduplicate"], {
  cwd: root,
  encoding: "utf8",
})
  .split("\n")
  .filter((path) => path !== "" && read(path) !== undefined);
const sources = files.filter((path) => path.startsWith("src/") && path.endsWith(".ts"));

const banned = "util helper type common manager handler service base shared misc".split(" ");
const kebab = /^[a-z0-9]+(-[a-z0-9]+)*(\.(test|contract|model\.test|d|config))?(\.[a-z0-9]+)?$/;

describe("the scanner", () => {
  test.each([
    ['import { a } from "./a.ts";', "./a.ts", false],
    ['import a, { type B } from "./a.ts";', "./a.ts", false],
    ['import * as a from "./a.ts";', "./a.ts", false],
    ['import {\n  a,\n  b,\n} from "./a.ts";', "./a.ts", false],
    ['import type { A } from "./a.ts";', "./a.ts", true],
    ['import { type A, type B } from "./a.ts";', "./a.ts", true],
    ['export * from "./a.ts";', "./a.ts", false],
    ['export * as a from "./a.ts";', "./a.ts", false],
    ['export { a } from "./a.ts";', "./a.ts", false],
    ['export type { A } from "./a.ts";', "./a.ts", true],
    ['import "./a.ts";', "./a.ts", false],
    ['const a = await import("./a.ts");', "./a.ts", false],
    ["return import(`./a.ts`);", "./a.ts", false],
    ["const a = await import(name);", undefined, false],
    ['let a: typeof import("./a.ts");', "./a.ts", true],
    ['let a: import("./a.ts").A;', "./a.ts", true],
    ['new Worker(new URL("./a.ts", import.meta.url));', "./a.ts", false],
  ])("sees %s", (source, specifier, typeOnly) => {
    const around = `const slash = /["'/]/; const text = "it's // no comment";\n${source}\nconst half = 1 / 2; // "\n`;
    expect(importsOf(around)).toEqual([{ specifier, typeOnly }]);
  });

  test.each(['// import "./a.ts";', '/* import "./a.ts"; */', "/**\n * import { a } from './a.ts';\n */"])(
    "leaves the comment %s alone",
    (source) => {
      expect(importsOf(source)).toEqual([]);
    },
  );
});

describe("the law of imports", () => {
  test.each([
    ["src/actors/kernel/cell.ts", 'import { Frame } from "../wire/frame.ts";'],
    ["src/actors/kernel/cell.ts", 'import type { Frame } from "../wire/frame.ts";'],
    ["src/actors/kernel/cell.ts", 'import * as v from "valibot";'],
    ["src/actors/kernel/cell.ts", 'import { setImmediate } from "node:timers";'],
    ["src/actors/kernel/cell.ts", "const later = () => process.nextTick(run);"],
    ["src/actors/wire/codec.ts", 'export * from "../room/room.ts";'],
    ["src/actors/room/room.ts", 'import type { Member } from "../connection/member.ts";'],
    ["src/actors/room/room.ts", 'const { member } = await import("../connection/member.ts");'],
    ["src/actors/room/room.ts", "const more = await import(name);"],
    ["src/actors/connection/member.ts", 'import { room } from "../room/room.ts";'],
    ["src/actors/connection/member.ts", 'import { Hono } from "hono";'],
    ["src/actors/connection/member.ts", "const port = Deno.env.get(`PORT`);"],
    ["src/actors/connection/member.ts", "const say = `on ${Bun.version}`;"],
    ["src/actors/connection/member.ts", "const here = globalThis.Bun;"],
    ["src/routes/socket.ts", 'import { serve } from "../runtime/node.ts";'],
    ["src/routes/socket.ts", 'import { WebSocketServer } from "ws";'],
    ["src/routes/socket.ts", 'import { createServer } from "node:http";'],
    ["src/routes/socket.ts", 'import { upgradeWebSocket } from "@hono/node-ws";'],
    ["src/logs/memory.ts", 'import { room } from "../actors/room/room.ts";'],
    ["src/client/client.ts", 'import type { Room } from "../actors/room/room.ts";'],
    ["src/client/client.ts", 'import { comesBack } from "../actors/wire/mod.ts";'],
    ["src/runtime/node.ts", 'import { config } from "./config.js";'],
    ["src/runtime/node.ts", 'import { config } from "./config";'],
    ["src/greenroom.ts", 'import { serve } from "./runtime/node.ts";'],
    ["src/toolbox/one.ts", ""],
  ])("catches %s when it says %s", (path, source) => {
    expect(breaches(path, source)).toHaveLength(1);
  });

  test.each([
    ["src/actors/kernel/cell.ts", 'import type { Behavior } from "./behavior.ts";'],
    ["src/actors/kernel/cell.ts", '// Deno.env and "valibot" are for others\nconst text = "process.exit";'],
    ["src/actors/connection/member.ts", 'import type { RoomMessage } from "../room/room.ts";'],
    ["src/routes/socket.ts", 'import { Hono } from "hono/tiny";'],
    ["src/greenroom.ts", 'import { realPorts } from "./runtime/ports.ts";'],
    ["src/logs/memory.ts", 'import type { RoomLog } from "../actors/room/log.ts";'],
    ["src/client/client.ts", 'import type { Welcome } from "../actors/wire/mod.ts";'],
    ["src/runtime/node.ts", 'import { createServer } from "node:http";\nprocess.exitCode = 1;'],
  ])("lets %s say %s", (path, source) => {
    expect(breaches(path, source)).toEqual([]);
  });

  test("holds in every source", () => {
    expect(sources.length).toBeGreaterThan(5);
    expect(sources.flatMap((path) => breaches(path, read(path) ?? ""))).toEqual([]);
  });
});

describe("the files", () => {
  test("are named in kebab-case", () => {
    const ours = files.filter((path) => /^(src|test|bench|scripts)\//.test(path) && !basename(path).startsWith("."));
    const odd = ours.filter((path) => !path.split("/").every((part) => kebab.test(part) || part === "README.md"));
    expect(odd).toEqual([]);
  });

  test("bear no name that says nothing", () => {
    const named = files.filter((path) => /^(src|bench|scripts)\//.test(path));
    const words = (path: string): string[] => path.split(/[/.-]/).map((word) => word.replace(/s$/, ""));
    expect(named.filter((path) => words(path).some((word) => banned.includes(word)))).toEqual([]);
  });

  test("of src are short", () => {
    const long = sources.map((path) => [path, (read(path) ?? "").trimEnd().split("\n").length] as const);
    expect(long.filter(([, lines]) => lines > 250)).toEqual([]);
  });

  test("called mod.ts only re-export", () => {
    const statements = /export\s+(type\s+)?(\*(\s+as\s+\w+)?|\{[^}]*\})\s+from\s+"[^"]+";/g;
    const comments = /\/\*[^]*?\*\/|\/\/[^\n]*/g;
    const more = sources.filter((path) => basename(path) === "mod.ts").map((path) => [path, rest(path)]);
    expect(more.filter(([, left]) => left !== "")).toEqual([]);

    function rest(path: string): string {
      return (read(path) ?? "").replaceAll(comments, "").replaceAll(statements, "").trim();
    }
  });

  test("name no path of a machine", () => {
    const machine = new RegExp(
      `(?<![\\w.~:/-])(?:/(?:${["home", "Users"].join("|")})/\\w|/(?:root|work)/|[A-Z]:\\\\Users)`,
    );
    expect("see /" + "home/ada/greenroom").toMatch(machine);
    const found = files.filter((path) => !path.endsWith("package-lock.json") && machine.test(read(path) ?? ""));
    expect(found).toEqual([]);
  });
});

describe("the package", () => {
  const node = JSON.parse(read("package.json") ?? "");
  const deno = JSON.parse(read("deno.json") ?? "");

  test("exports the same to npm and to JSR", () => {
    const toSource = (path: string): string => path.replace("./dist/", "./src/").replace(/\.js$/, ".ts");
    const entries = Object.entries<{ types: string; default: string }>(node.exports);
    expect(Object.fromEntries(entries.map(([name, to]) => [name, toSource(to.default)]))).toEqual(deno.exports);
    for (const [, to] of entries)
      expect(to).toEqual({ types: to.default.replace(/\.js$/, ".d.ts"), default: to.default });
  });

  test("exports files that are there", () => {
    expect(Object.values<string>(deno.exports).filter((path) => read(path) === undefined)).toEqual([]);
  });

  test("has one version", () => {
    expect(deno.version).toBe(node.version);
    expect(version).toBe(node.version);
    expect(JSON.parse(read("package-lock.json") ?? "").version).toBe(node.version);
  });

  test("is locked without a word on where it was downloaded", () => {
    const locks = files.filter((path) => /(package-lock\.json|deno\.lock|bun\.lock)$/.test(path));
    expect(locks).toContain("package-lock.json");
    expect(locks).toContain("test/runtimes/package-lock.json");
    expect(locks.filter((path) => /"resolved"|\.tgz"/.test(read(path) ?? ""))).toEqual([]);
  });
});

function read(path: string): string | undefined {
  try {
    return readFileSync(`${root}${path}`, "utf8");
  } catch {
    return undefined;
  }
}
