import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type CommandType,
  commandTypes,
  type Decoded,
  decode,
  defaultLimits,
  encode,
  type Format,
} from "../../../src/actors/wire/mod.ts";
import { anyCommand, anyEvent } from "./arbitrary.ts";

const served: ReadonlySet<CommandType> = new Set(commandTypes);
const options = { served, limits: defaultLimits };
const formats: readonly Format[] = ["v1", "batch"];

function one(text: string, format: Format = "v1"): Decoded | undefined {
  const results = decode(text, format, options);
  expect(results).toHaveLength(1);
  return results[0];
}

function problem(text: string, format: Format = "v1"): unknown {
  const result = one(text, format);
  return result !== undefined && !result.ok && !result.tooBig ? result.problem : undefined;
}

describe("decode()", () => {
  it.each(formats)("yields the command of a bare object (%s)", (format) => {
    const command = { type: "message", id: 7, room: "a", content: "hi" };
    expect(one(JSON.stringify(command), format)).toEqual({ ok: true, command });
  });

  it("yields a message for chat, served as message", () => {
    const only = { served: new Set<CommandType>(["message"]), limits: defaultLimits };
    const command = { type: "message", content: "hi" };
    expect(decode('{"type":"chat","content":"hi"}', "v1", only)).toEqual([{ ok: true, command }]);
  });

  it("yields nothing for an empty batch", () => {
    expect(decode(" [ ] ", "batch", options)).toEqual([]);
  });

  it("yields one result for each command of a batch, in order, whatever becomes of the others", () => {
    const results = decode(
      '[{"type":"ping","id":1},{"type":"nope","id":2},5,{"type":"ping","id":4}]',
      "batch",
      options,
    );
    expect(results).toEqual([
      { ok: true, command: { type: "ping", id: 1 } },
      { ok: false, tooBig: false, problem: expect.objectContaining({ id: 2, code: "unknown_type" }) },
      { ok: false, tooBig: false, problem: expect.objectContaining({ code: "bad_command" }) },
      { ok: true, command: { type: "ping", id: 4 } },
    ]);
  });

  it.each(["", " ", "{", "nope", "{'type':'ping'}", '{"type":"ping"}x', "\ufeff{}", "[1", "NaN", "\ud800", "\u0000"])(
    "answers bad_json for %j",
    (text) => {
      for (const format of formats) expect(problem(text, format)).toMatchObject({ type: "error", code: "bad_json" });
    },
  );

  it.each(["null", "1", '"ping"', "true", "{}", '{"type":1}', '{"type":null}', '{"type":["ping"]}', "[[]]", "[null]"])(
    "answers bad_command for %s",
    (text) => {
      for (const format of formats) expect(problem(text, format)).toMatchObject({ code: "bad_command" });
    },
  );

  it("answers bad_command for an array where one object was agreed on", () => {
    expect(problem('[{"type":"ping"}]', "v1")).toMatchObject({ code: "bad_command" });
    expect(problem("[]", "v1")).toMatchObject({ code: "bad_command" });
  });

  it.each(["nope", "", "Ping", "__proto__", "constructor", "toString", "hasOwnProperty", "x".repeat(9999)])(
    "answers unknown_type for the type %s and repeats nothing of it",
    (type) => {
      const said = problem(JSON.stringify({ type, id: "i", room: "a" }));
      expect(said).toEqual({ type: "error", id: "i", room: "a", code: "unknown_type", message: expect.any(String) });
      expect(JSON.stringify(said).length).toBeLessThan(200);
    },
  );

  it("answers unknown_type for a command that is not served, before it looks at its fields", () => {
    const few = { served: new Set<CommandType>(["ping"]), limits: defaultLimits };
    const [result] = decode('{"type":"set","id":3,"values":5}', "v1", few);
    expect(result).toMatchObject({ ok: false, problem: { code: "unknown_type", id: 3 } });
  });

  it("answers bad_command with the paths that failed", () => {
    const text = '{"type":"join","id":"j","room":"lobby","username":1,"since":{"epoch":"","seq":-1},"history":999}';
    expect(problem(text)).toEqual({
      type: "error",
      id: "j",
      room: "lobby",
      code: "bad_command",
      message: "Cannot read the join command: see issues",
      issues: ["username", "since.epoch", "since.seq", "history"],
    });
  });

  it.each([
    ["an id that is too long", { id: "x".repeat(65) }],
    ["an id that is empty", { id: "" }],
    ["an id that is an object", { id: {} }],
    ["a room that is none", { room: "a b" }],
    ["a room that is a number", { room: 5 }],
  ])("does not echo %s", (_, fields) => {
    const said = problem(JSON.stringify({ type: "nope", ...fields }));
    expect(said).toEqual({ type: "error", code: "unknown_type", message: expect.any(String) });
  });

  it("does not echo an id past a double's range", () => {
    expect(problem('{"type":"ping","id":1e999}')).toMatchObject({ code: "bad_command", issues: ["id"] });
    expect(problem('{"type":"ping","id":1e999}')).not.toHaveProperty("id");
  });

  it("takes the last of repeated keys, as JSON.parse does", () => {
    expect(one('{"type":"nope","type":"ping","id":1,"id":2}')).toEqual({ ok: true, command: { type: "ping", id: 2 } });
  });

  it("takes no field from __proto__ and leaves every prototype alone", () => {
    const text = '{"type":"leave","__proto__":{"room":"a","polluted":1},"constructor":{"prototype":{"polluted":1}}}';
    expect(one(text)).toEqual({ ok: true, command: { type: "leave" } });
    expect(({} as Record<string, unknown>)["polluted"]).toBeUndefined();
  });

  it("keeps __proto__ within data", () => {
    const result = one('{"type":"message","content":"x","data":{"__proto__":{"a":1}}}');
    const command = result?.ok === true && result.command.type === "message" ? result.command : undefined;
    expect(JSON.stringify(command?.data)).toBe('{"__proto__":{"a":1}}');
  });

  it("yields every valid command as it was meant", () => {
    fc.assert(
      fc.property(anyCommand, ({ said, meant }) => {
        const text = JSON.stringify(said);
        expect(decode(text, "v1", options)).toEqual([{ ok: true, command: meant }]);
        expect(decode(`[${text},${text}]`, "batch", options)).toEqual([
          { ok: true, command: meant },
          { ok: true, command: meant },
        ]);
      }),
      { numRuns: 1000 },
    );
  });
});

describe("encode()", () => {
  it("writes an event that JSON.parse reads back", () => {
    fc.assert(
      fc.property(anyEvent, (event) => {
        expect(JSON.parse(encode(event))).toEqual(event);
      }),
    );
  });

  it("leaves out what is undefined and escapes lone surrogates", () => {
    const event = { type: "error", code: "internal", message: "\ud800", room: undefined } as const;
    expect(encode(event as never)).toBe('{"type":"error","code":"internal","message":"\\ud800"}');
  });

  it("writes __proto__ like any other key of a room's state", () => {
    const values = Object.fromEntries([["__proto__", 1]]);
    expect(encode({ type: "state", room: "a", values })).toBe('{"type":"state","room":"a","values":{"__proto__":1}}');
  });
});
