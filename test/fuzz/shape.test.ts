import fc from "fast-check";
import * as v from "valibot";
import { describe, expect, it } from "vitest";
import { commandSchemas } from "../../src/actors/wire/mod.ts";
import { fittingFields } from "./fitting.ts";
import { misfitsOf } from "./misfits.ts";
import { commandFields, shapeOf } from "./shape.ts";

const schemas = Object.entries(commandSchemas);

describe("shapeOf()", () => {
  it("throws at a kind of schema that it does not know, rather than leaving it out", () => {
    expect(() => shapeOf(v.bigint())).toThrow("Cannot read a schema of the type bigint");
  });

  it("reads bounds through a pipe within a pipe", () => {
    const inner = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
    expect(shapeOf(v.pipe(inner, v.minValue(1)))).toEqual({ type: "whole", min: 1, max: Number.MAX_SAFE_INTEGER });
  });

  it.each(schemas)("reads every field of %s", (type, schema) => {
    const fields = commandFields(schema);
    expect(fields).toHaveProperty("id");
    // What a command is made of by its shape, its schema takes; all but what is judged by a function.
    const custom = Object.values(fields).some(({ shape }) => shape.type === "custom");
    const taken = fc
      .sample(fittingFields(fields), { seed: 1, numRuns: 200 })
      .filter((said) => v.is(schema, { type, ...said }));
    expect(taken.length).toBeGreaterThan(custom || type === "history" ? 20 : 198);
  });
});

describe("misfitsOf()", () => {
  it.each(schemas)("finds a wrong type for every field of %s, and each that is missing", (type, schema) => {
    const fields = commandFields(schema);
    const [good = {}] = fc
      .sample(fittingFields(fields), { seed: 2, numRuns: 300 })
      .filter((said) => v.is(schema, { type, ...said }));
    const misfits = misfitsOf(type, fields, good, (said) => v.is(schema, { type, ...said }));
    const wrong = new Set(misfits.filter(({ fault }) => fault === "of the wrong type").map(({ field }) => field));
    const judged = Object.keys(fields).filter((name) => name !== "data"); // any JSON is data
    expect(judged.filter((name) => !wrong.has(name))).toEqual([]);
    const missing = misfits.filter(({ fault }) => fault === "missing").map(({ field }) => field);
    expect(missing).toEqual(Object.keys(fields).filter((name) => fields[name]?.optional === false));
  });
});
