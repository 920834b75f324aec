import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { read } from "../../docs/generate.ts";
import { constants, notInForceYet } from "../../docs/limits.ts";
import { served } from "../../src/actors/connection/served.ts";
import { defaultLimits, type LimitName, limits } from "../../src/actors/wire/mod.ts";
import { rowsOf } from "./markdown.ts";

const names = Object.keys(limits) as LimitName[];
const waiting = notInForceYet.flatMap((awaited) => awaited.limits);
const fixed = Object.keys(constants) as LimitName[];

/** Where limits are declared and announced: to name one there holds nobody to it. */
const declarations = /^src\/(actors\/wire\/(limits\/|limits\.ts$|announced\.ts$)|testing\/)/;
const sources = readdirSync(fileURLToPath(new URL("../../src", import.meta.url)), {
  recursive: true,
  encoding: "utf8",
})
  .map((path) => `src/${path.replaceAll("\\", "/")}`)
  .filter((path) => path.endsWith(".ts") && !declarations.test(path))
  .map((path) => read(path).replaceAll(/\/\*[^]*?\*\/|\/\/[^\n]*/g, ""));

/** Whether some source names a limit. */
function isRead(name: LimitName): boolean {
  return sources.some((source) => new RegExp(`\\b${name}\\b`).test(source));
}

describe("the tables of docs/limits.md", () => {
  it("hold every limit once, with its default", () => {
    const rows = rowsOf(read("docs/limits.md")).filter(([name = ""]) => names.includes(name.slice(1, -1) as LimitName));
    expect(rows.map(([name = ""]) => name.slice(1, -1)).toSorted()).toEqual(names.toSorted());
    expect(rows.find(([name]) => name === "`commandBytes`")?.[1]).toBe("64 KiB");
    expect(rows.find(([name]) => name === "`commandBurst`")?.[1]).toBe("60 commands");
    expect(rows.find(([name]) => name === "`roomIdleMs`")?.[1]).toBe("5 min");
  });

  it("call in force what the sources read, or hold as a constant", () => {
    const claimed = names.filter((name) => !waiting.includes(name) && !fixed.includes(name));
    expect(claimed.filter((name) => !isRead(name))).toEqual([]);
    for (const [name, [file, words]] of Object.entries(constants))
      expect([name, read(file)]).toEqual([name, expect.stringContaining(words)]);
  });

  it("call not in force yet what waits for a command that is not served", () => {
    expect(notInForceYet.filter(({ command }) => command !== undefined && served.has(command))).toEqual([]);
  });

  it("call not in force yet what no source reads, apart from what waits for a command", () => {
    const unread = notInForceYet.filter(({ command }) => command === undefined).flatMap((awaited) => awaited.limits);
    expect(unread.filter(isRead)).toEqual([]);
  });

  it("name the limit that a constant stands for, with its value", () => {
    expect(fixed.filter((name) => defaultLimits[name] !== limits[name].value)).toEqual([]);
    expect(new Set([...waiting, ...fixed]).size).toBe(waiting.length + fixed.length);
  });
});
