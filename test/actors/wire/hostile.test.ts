import fc from "fast-check";
import * as v from "valibot";
import { describe, expect, it } from "vitest";
import {
  type CommandType,
  commandTypes,
  decode,
  defaultLimits,
  encode,
  eventSchemas,
  type Format,
} from "../../../src/actors/wire/mod.ts";
import { anyCommand } from "./arbitrary.ts";

const NOTHING_WRONG = { type: "error", code: "internal", message: "none" } as const;
const served: ReadonlySet<CommandType> = new Set(commandTypes);
const options = { served, limits: defaultLimits };
const formats: readonly Format[] = ["v1", "batch"];

function problem(text: string, format: Format = "v1"): unknown {
  const [result] = decode(text, format, options);
  return result !== undefined && !result.ok && !result.tooBig ? result.problem : undefined;
}

describe("decode() under hostile input", () => {
  const deep = (levels: number) => "[".repeat(levels) + "]".repeat(levels);

  it.each([33, 10_000, 30_000])("answers %d levels in data with bad_command", (levels) => {
    const text = `{"type":"message","id":1,"content":"x","data":${deep(levels)}}`;
    expect(problem(text)).toMatchObject({ id: 1, code: "bad_command", issues: ["data"] });
  });

  it.each(formats)("survives the deepest frame there can be (%s)", (format) => {
    const levels = (format === "batch" ? defaultLimits.batchBytes : defaultLimits.commandBytes) / 2;
    expect(problem(deep(levels), format)).toMatchObject({ code: expect.stringMatching(/^bad_(json|command)$/) });
    expect(problem("[".repeat(levels), format)).toMatchObject({ code: "bad_json" });
    expect(problem('{"a":'.repeat(levels / 3), format)).toMatchObject({ code: "bad_json" });
  });

  it("survives 64 KiB of digits", () => {
    expect(problem("9".repeat(65_536))).toMatchObject({ code: "bad_command" });
    expect(problem(`{"type":"ping","id":${"9".repeat(65_000)}}`)).toMatchObject({ issues: ["id"] });
  });

  it("answers with little, however much is wrong", () => {
    const wrong = "\ud800".repeat(20_000);
    const said = problem(JSON.stringify({ type: "message", content: wrong, key: wrong.slice(9_900) }).slice(0, 65_536));
    expect(JSON.stringify(said).length).toBeLessThan(300);
  });

  it("never throws, for any string", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), fc.constantFrom(...formats), (text, format) => {
        for (const result of decode(text, format, options)) expect(typeof result.ok).toBe("boolean");
      }),
      { numRuns: 500 },
    );
  });

  it("never throws, for any JSON value", () => {
    fc.assert(
      fc.property(fc.jsonValue({ noUnicodeString: false }), fc.constantFrom(...formats), (value, format) => {
        for (const result of decode(JSON.stringify(value), format, options)) expect(result.ok).toBe(false);
      }),
      { numRuns: 500 },
    );
  });

  it("answers with a valid error or not at all, whatever JSON value replaces one field of a command", () => {
    fc.assert(
      fc.property(anyCommand, fc.nat(), fc.jsonValue(), ({ said }, at, value) => {
        const names = Object.keys(said);
        const text = JSON.stringify({ ...said, [names[at % names.length] ?? "id"]: value });
        const [result] = decode(text, "v1", options);
        const answer = result?.ok === false && !result.tooBig ? result.problem : NOTHING_WRONG;
        expect(v.is(eventSchemas.error, JSON.parse(encode(answer)))).toBe(true);
      }),
      { numRuns: 1000 },
    );
  });
});
