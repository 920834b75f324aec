import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { negotiate } from "../../../src/actors/wire/mod.ts";

const V1 = "greenroom.v1";
const BATCH = "greenroom.v1.batch";
const TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]{1,20}";

describe("negotiate()", () => {
  it.each([null, undefined])("takes the plain format and answers nothing when nothing was offered (%s)", (header) => {
    expect(negotiate(header)).toEqual({ ok: true, format: "v1", answer: undefined, bearer: undefined });
  });

  it.each([
    [V1, "v1"],
    [`  ${V1}\t`, "v1"],
    [`chat,${V1}`, "v1"],
    [BATCH, "batch"],
    [`${V1},${BATCH}`, "batch"],
    [`${BATCH},${V1}`, "batch"],
    [`${BATCH} ,\t ${V1}`, "batch"],
    [`a, ${V1}, b, ${BATCH}, c`, "batch"],
  ])("takes from %j the format %s", (header, format) => {
    const answer = format === "batch" ? BATCH : V1;
    expect(negotiate(header)).toEqual({ ok: true, format, answer, bearer: undefined });
  });

  it.each([
    [`${V1}, bearer.a.b-c.d_e`, V1],
    [`bearer.a.b-c.d_e,${V1}`, V1],
    [`${V1}, bearer.a.b-c.d_e ,${BATCH}`, BATCH],
  ])("finds the bearer token in %j and answers %s", (header, answer) => {
    expect(negotiate(header)).toMatchObject({ ok: true, answer, bearer: "a.b-c.d_e" });
  });

  it.each([
    ["nothing of ours", "chat"],
    ["nothing but a bearer token", "bearer.a.b.c"],
    ["another case", "Greenroom.V1"],
    ["another version", "greenroom.v10"],
    ["an empty header", ""],
    ["white space", " \t "],
    ["an empty element", `${V1},,${BATCH}`],
    ["an empty end", `${V1},`],
    ["an empty start", `,${V1}`],
    ["two words in one element", `${V1} ${BATCH}`],
    ["a slash", `${V1}, a/b`],
    ["a quoted string", `${V1}, "a"`],
    ["a no-break space", `${V1},\u00a0${BATCH}`],
    ["a line break", `${V1},\r\n ${BATCH}`],
    ["a letter beyond ASCII", `${V1}, \u00e9`],
    ["a name twice", `${V1}, ${V1}`],
    ["two bearer tokens", `${V1}, bearer.a, bearer.b`],
    ["an empty bearer token", `${V1}, bearer.`],
  ])("refuses %s", (_, header) => {
    expect(negotiate(header)).toMatchObject({ ok: false, reason: expect.stringMatching(/^Cannot take/) });
  });

  it("takes the batch format wherever it stands and however the list is spaced", () => {
    const space = fc.stringMatching(/^[ \t]{0,3}$/);
    const others = fc.uniqueArray(fc.stringMatching(new RegExp(`^x${TOKEN}$`)), { maxLength: 5 });
    fc.assert(
      fc.property(others, fc.nat(), space, space, (names, at, before, after) => {
        const list = [...names, V1];
        list.splice(at % (list.length + 1), 0, BATCH);
        const header = list.map((name) => before + name + after).join(",");
        expect(negotiate(header)).toMatchObject({ ok: true, answer: BATCH });
      }),
    );
  });

  it("never echoes a bearer token, neither in an answer nor in a reason", () => {
    const secret = fc.stringMatching(/^canary[A-Za-z0-9_.-]{1,40}$/);
    const list = fc.array(fc.oneof(fc.constantFrom(V1, BATCH, "", "chat", "a b"), fc.string()), { maxLength: 4 });
    fc.assert(
      fc.property(list, secret, fc.nat(), (names, token, at) => {
        const parts = [...names];
        parts.splice(at % (parts.length + 1), 0, `bearer.${token}`);
        const result = negotiate(parts.join(","));
        const said = result.ok ? (result.answer ?? "") : result.reason;
        expect(said).not.toContain("canary");
        expect([V1, BATCH, undefined]).toContain(result.ok ? result.answer : undefined);
      }),
    );
  });

  it("never throws, whatever the header, and stays linear in its length", () => {
    fc.assert(fc.property(fc.string({ unit: "binary" }), (header) => void negotiate(header)));
    for (const header of [" ".repeat(100_000), `a${" ".repeat(100_000)}b`, ",".repeat(100_000), "a".repeat(100_000)]) {
      expect(negotiate(header).ok).toBe(false);
    }
  });
});
