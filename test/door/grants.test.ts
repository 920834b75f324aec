import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { grantsIn, readGrants } from "../../src/door/mod.ts";

describe("readGrants()", () => {
  it("reads rooms and beginnings of rooms, with the grants that there are", () => {
    const table = readGrants({ lobby: ["write", "read", "fly"], "team-*": ["moderate"], "*": [] });
    expect([...(table ?? [])]).toEqual([
      ["lobby", ["read", "write"]],
      ["team-*", ["moderate"]],
      ["*", []],
    ]);
  });

  it.each([
    null,
    1,
    "lobby",
    [],
    { lobby: "read" },
    { lobby: null },
    { lobby: [1] },
    { "": ["read"] },
    { "a*b": ["read"] },
    { "**": [] },
    { "-a": [] },
    JSON.parse('{"__proto__":["read"]}'),
  ])("does not read %j", (claim) => {
    expect(readGrants(claim)).toBeUndefined();
  });

  it("does not read more than a thousand rows", () => {
    const rows = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, at) => [`room-${at}`, []]));
    expect(readGrants(rows(1_000))?.size).toBe(1_000);
    expect(readGrants(rows(1_001))).toBeUndefined();
  });

  it("never throws, whatever the claim", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (claim) => void readGrants(claim)),
      { numRuns: 500 },
    );
  });
});

describe("grantsIn()", () => {
  const table = readGrants({
    "*": ["read"],
    "t*": ["write"],
    "team-*": ["signal"],
    "team-a": ["set"],
    constructor: ["read"],
  });

  it.each([
    ["team-a", ["set"]],
    ["team-ab", ["signal"]],
    ["team-", ["signal"]],
    ["tea", ["write"]],
    ["lobby", ["read"]],
    ["constructor", ["read"]],
  ])("of %s are those of the row that fits best: %j", (room, granted) => {
    expect(grantsIn(table ?? new Map(), room)).toEqual(granted);
  });

  it("are none where no row fits", () => {
    expect(grantsIn(readGrants({ "team-*": ["read"] }) ?? new Map(), "lobby")).toEqual([]);
    expect(grantsIn(new Map(), "constructor")).toEqual([]);
  });
});
