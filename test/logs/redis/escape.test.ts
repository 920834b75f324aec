import { Buffer } from "node:buffer";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { escaped, unescaped } from "../../../src/logs/redis/escape.ts";
import { onRedis } from "./opened.ts";

const { opened } = onRedis();
/** Any units at all, lone surrogates among them. */
const text = fc
  .array(
    fc.oneof(fc.integer({ min: 0, max: 0xffff }), fc.constantFrom(0, 0x61, 0xd7ff, 0xd800, 0xdfff, 0xe000, 0xffff)),
    {
      maxLength: 6,
    },
  )
  .map((units) => String.fromCharCode(...units));

describe("escaped()", () => {
  it("is well-formed, comes back as it was, and sorts in bytes as the text does in units", () => {
    fc.assert(
      fc.property(text, text, (one, other) => {
        const [first, second] = [escaped(one), escaped(other)];
        expect(first.isWellFormed()).toBe(true);
        expect(unescaped(first)).toBe(one);
        const order = one < other ? -1 : one > other ? 1 : 0;
        expect(Buffer.compare(Buffer.from(first), Buffer.from(second))).toBe(order);
        expect(first.startsWith(second)).toBe(one.startsWith(other));
      }),
    );
  });

  it("has records listed in the order of UTF-16, a page at a time, whatever they are called", async () => {
    const { records } = await opened();
    const keys = ["\u{1f600}", "\ue000", "\ufeff", "\ud800", "z", "a\0", "a", "\ud83d"].map((key) => `k${key}`);
    for (const key of keys) await records.put(key, key);
    const found: string[] = [];
    for (let after: string | undefined = ""; after !== undefined; ) {
      const page: Awaited<ReturnType<typeof records.list>> = await records.list("k", { limit: 3, after });
      found.push(...page.records.map(({ value }) => value as string));
      after = page.next;
    }
    expect(found).toEqual(keys.toSorted());
  });
});
