import { describe, expect, test } from "vitest";
import { fitsUtf8, utf8Bytes } from "../../../src/actors/wire/mod.ts";

/** What a text measures, by the runtime's own encoder in one go. */
function encodedBytes(text: string): number {
  return new TextEncoder().encode(text).length;
}

describe("utf8Bytes()", () => {
  test.each([
    ["nothing", ""],
    ["one byte a unit", "hello"],
    ["two bytes a unit", "grün"],
    ["three bytes a unit", "日本語"],
    ["four bytes for two units", "🎭🎭"],
    ["a leading surrogate alone", "a\ud83dz"],
    ["a trailing surrogate alone", "a\udfadz"],
    ["surrogates the wrong way round", "\udfad\ud83d"],
  ])("measures %s", (_, text) => {
    expect(utf8Bytes(text)).toBe(encodedBytes(text));
  });

  test.each(["x", "é", "語", "🎭", "\ud83d"])("measures long texts of %j, wherever they are cut in between", (unit) => {
    for (const length of [5_461, 8_191, 16_383, 16_384, 16_385, 40_000]) {
      for (const before of ["", "a", "ab", "abc"]) {
        const text = before + unit.repeat(length);
        expect(utf8Bytes(text)).toBe(encodedBytes(text));
      }
    }
  });
});

describe("fitsUtf8()", () => {
  test.each(["x", "é", "語", "🎭", "\ud83d"])("takes texts of %j up to the bound, and none past it", (unit) => {
    const text = unit.repeat(100);
    const bytes = encodedBytes(text);
    expect(fitsUtf8(text, bytes)).toBe(true);
    expect(fitsUtf8(text, bytes - 1)).toBe(false);
  });
});
