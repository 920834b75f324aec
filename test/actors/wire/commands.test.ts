import * as v from "valibot";
import { describe, expect, it } from "vitest";
import { commandSchemas, commandSchemasFor, commandTypes, defaultLimits } from "../../../src/actors/wire/mod.ts";
import { hello, rows } from "./command-rows.ts";

const badIds: readonly unknown[] = ["", "x".repeat(65), null, true, {}, [], Number.POSITIVE_INFINITY];

describe.each(rows)("the schema of $type", ({ type, good, bad }) => {
  it.each(good)("takes %j as it is", (fields) => {
    expect(v.parse(commandSchemas[type], { type, ...fields })).toEqual({ type, ...fields });
  });

  it.each(bad)("refuses %j and blames %s", (fields, path) => {
    const { issues = [] } = v.safeParse(commandSchemas[type], { type, ...fields });
    expect(issues.map((issue) => v.getDotPath(issue))).toContain(path);
  });

  it.each(badIds)("refuses the id %j", (id) => {
    const { issues = [] } = v.safeParse(commandSchemas[type], { type, ...good[0], id });
    expect(issues.map((issue) => v.getDotPath(issue))).toContain("id");
  });

  it("drops fields it does not know", () => {
    const said: unknown = JSON.parse(JSON.stringify({ type, ...good[0], later: { x: 1 } }));
    expect(v.parse(commandSchemas[type], said)).toEqual({ type, ...good[0] });
  });
});

describe("the schema of chat", () => {
  it("yields a message", () => {
    expect(v.parse(commandSchemas.chat, { type: "chat", ...hello })).toEqual({ type: "message", ...hello });
  });
});

describe("commandTypes", () => {
  it("lists every type that has a schema, chat as message", () => {
    const types = [...rows.map(({ type }) => type), "set"];
    expect([...commandTypes].sort()).toEqual(types.sort());
    expect(Object.keys(commandSchemas).sort()).toEqual([...types, "chat"].sort());
  });
});

describe("commandSchemasFor()", () => {
  it("makes schemas once for each object of limits", () => {
    expect(commandSchemasFor(defaultLimits)).toBe(commandSchemas);
  });

  it("holds fields to the limits it was given", () => {
    const small = commandSchemasFor({
      ...defaultLimits,
      contentUnits: 5,
      dataBytes: 4,
      historyEntries: 3,
      stateKeys: 1,
    });
    expect(v.is(small.message, { type: "message", content: "12345", data: "12" })).toBe(true);
    expect(v.is(small.message, { type: "message", content: "123456" })).toBe(false);
    expect(v.is(small.message, { type: "message", content: "1", data: "123" })).toBe(false);
    expect(v.is(small.history, { type: "history", limit: 4 })).toBe(false);
    expect(v.is(small.set, { type: "set", values: { a: 1, b: 2 } })).toBe(false);
  });
});
