import * as v from "valibot";
import { describe, expect, it } from "vitest";
import { commandSchemas } from "../../../src/actors/wire/mod.ts";

const LONE = "\ud800";

describe("the schema of set", () => {
  function parse(values: unknown): ReadonlyMap<string, unknown> | undefined {
    const { success, output } = v.safeParse(commandSchemas.set, { type: "set", values });
    return success ? output.values : undefined;
  }

  it("reads values into a map, in which __proto__ and constructor are keys like any other", () => {
    const values = parse(JSON.parse('{"__proto__":{"x":1},"constructor":2,"gone":null}'));
    expect([...(values ?? [])]).toEqual([
      ["__proto__", { x: 1 }],
      ["constructor", 2],
      ["gone", null],
    ]);
    expect(({} as Record<string, unknown>)["x"]).toBeUndefined();
  });

  it("takes up to 100 keys", () => {
    const keys = Array.from({ length: 101 }, (_, index) => [`k${index}`, index] as const);
    expect(parse(Object.fromEntries(keys.slice(1)))?.size).toBe(100);
    expect(parse(Object.fromEntries(keys))).toBeUndefined();
  });

  it("takes up to 4 KiB and 32 levels a value", () => {
    expect(parse({ k: "x".repeat(4094) })?.size).toBe(1);
    expect(parse({ k: "x".repeat(4095) })).toBeUndefined();
    expect(parse({ k: JSON.parse(`${"[".repeat(33)}${"]".repeat(33)}`) })).toBeUndefined();
  });

  it.each([undefined, null, 1, "x", [], [1], { "": 1 }, { ["x".repeat(65)]: 1 }, { [LONE]: 1 }])(
    "refuses the values %j",
    (values) => {
      expect(parse(values)).toBeUndefined();
    },
  );

  it("takes no key at all, and changes nothing then", () => {
    expect(parse({})?.size).toBe(0);
  });
});
