import fc from "fast-check";
import * as v from "valibot";
import { describe, expect, it } from "vitest";
import { data, fitsBytes, fitsJson, fitsUtf8, utf8Bytes } from "../../../src/actors/wire/mod.ts";

const encoder = new TextEncoder();
const ROOMY = { maxBytes: 1e9, maxLevels: 1e9 };

function nested(levels: number): unknown {
  let value: unknown = [];
  for (let level = 1; level < levels; level++) value = level % 2 === 0 ? [value] : { inner: value };
  return value;
}

function cycle(): unknown {
  const value: unknown[] = [];
  value.push(value);
  return value;
}

describe("utf8Bytes()", () => {
  it("counts what an encoder writes, for any string", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), fc.string({ unit: "grapheme" }), (one, other) => {
        const text = one + other;
        expect(utf8Bytes(text)).toBe(encoder.encode(text).length);
      }),
    );
  });

  it.each(["\ud800", "\udc00", "\ud800x", "x\ud800", "\udc00\ud800", "\ud83d\ude00"])("counts %j", (text) => {
    expect(utf8Bytes(text)).toBe(encoder.encode(text).length);
  });
});

describe("fitsUtf8()", () => {
  it("holds exactly up to the number of bytes", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        const bytes = encoder.encode(text).length;
        expect(fitsUtf8(text, bytes)).toBe(true);
        expect(fitsUtf8(text, bytes - 1)).toBe(false);
      }),
    );
  });
});

describe("fitsJson()", () => {
  it("holds exactly up to the bytes that JSON.stringify makes, for any JSON value", () => {
    fc.assert(
      fc.property(fc.jsonValue({ noUnicodeString: false, maxDepth: 6 }), (value) => {
        const bytes = encoder.encode(JSON.stringify(value)).length;
        expect(fitsJson(value, { maxBytes: bytes, maxLevels: 99 })).toBe(true);
        expect(fitsJson(value, { maxBytes: bytes - 1, maxLevels: 99 })).toBe(false);
      }),
      { numRuns: 500 },
    );
  });

  it.each(["\ud800", "\udc00x", '"\\\b\t\n\v\f\r\u0000\u001f\u007f', "\u2028\u00e9\u20ac", "\u{1f600}", ""])(
    "counts the escapes of %j",
    (text) => {
      const bytes = encoder.encode(JSON.stringify([text, { [text]: text }])).length;
      expect(fitsJson([text, { [text]: text }], { maxBytes: bytes, maxLevels: 9 })).toBe(true);
      expect(fitsJson([text, { [text]: text }], { maxBytes: bytes - 1, maxLevels: 9 })).toBe(false);
    },
  );

  it.each([-0, 1e20, 1e21, 5e-324, -1.5e-7, 2 ** 53])("counts the digits of %d", (number) => {
    const bytes = JSON.stringify(number).length;
    expect(fitsJson(number, { maxBytes: bytes, maxLevels: 0 })).toBe(true);
    expect(fitsJson(number, { maxBytes: bytes - 1, maxLevels: 0 })).toBe(false);
  });

  it("holds exactly up to the number of levels", () => {
    expect(fitsJson(nested(32), { maxBytes: 16_384, maxLevels: 32 })).toBe(true);
    expect(fitsJson(nested(33), { maxBytes: 16_384, maxLevels: 32 })).toBe(false);
    expect(fitsJson("scalar", { maxBytes: 16, maxLevels: 0 })).toBe(true);
    expect(fitsJson([], { maxBytes: 16, maxLevels: 0 })).toBe(false);
  });

  it("gives up on a depth that would exhaust the stack", () => {
    expect(fitsJson(nested(1_000_000), { maxBytes: 16_384, maxLevels: 32 })).toBe(false);
    expect(fitsJson(nested(1_000_000), ROOMY)).toBe(true);
  });

  it("gives up on a cycle and on values shared so often that they would not fit", () => {
    let shared: unknown = [];
    for (let level = 0; level < 31; level++) shared = [shared, shared];
    expect(fitsJson(cycle(), { maxBytes: 16_384, maxLevels: 32 })).toBe(false);
    expect(fitsJson(cycle(), { maxBytes: 16_384, maxLevels: Number.POSITIVE_INFINITY })).toBe(false);
    expect(fitsJson(shared, { maxBytes: 16_384, maxLevels: 32 })).toBe(false);
  });

  it.each([
    ["undefined", undefined],
    ["a function", () => 1],
    ["a symbol", Symbol("s")],
    ["a bigint", 1n],
    ["NaN", Number.NaN],
    ["Infinity", Number.POSITIVE_INFINITY],
    ["a date", new Date(0)],
    ["a map", new Map()],
    ["a typed array", new Uint8Array(1)],
    ["an undefined in an array", Array.from({ length: 1 })],
    ["a function called toJSON", { toJSON: () => "x" }],
  ])("refuses %s, bare and inside", (_, value) => {
    expect(fitsJson(value, ROOMY)).toBe(false);
    expect(fitsJson([value], ROOMY)).toBe(false);
    expect(fitsJson({ value }, ROOMY)).toBe(false);
  });

  it("takes __proto__, constructor and toJSON as data, and objects without a prototype", () => {
    expect(fitsJson(JSON.parse('{"__proto__":{"a":1},"constructor":2,"toJSON":3}'), ROOMY)).toBe(true);
    expect(fitsJson(Object.create(null), ROOMY)).toBe(true);
  });
});

describe("fitsBytes()", () => {
  it("counts a number past a double's range as null, as JSON.stringify writes it", () => {
    const value: unknown = JSON.parse('{"x":[1e999,-1e999]}');
    const bytes = JSON.stringify(value).length;
    expect(fitsBytes(value, bytes)).toBe(true);
    expect(fitsBytes(value, bytes - 1)).toBe(false);
  });
});

describe("data", () => {
  it("is bounded by 16 KiB in UTF-8 and 32 levels", () => {
    expect(v.is(data, "x".repeat(16_382))).toBe(true);
    expect(v.is(data, "x".repeat(16_383))).toBe(false);
    expect(v.is(data, "\u20ac".repeat(5_460))).toBe(true);
    expect(v.is(data, "\u20ac".repeat(5_461))).toBe(false);
    expect(v.is(data, nested(32))).toBe(true);
    expect(v.is(data, nested(33))).toBe(false);
  });
});
