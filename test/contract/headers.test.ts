import { describe, expect } from "vitest";
import { test } from "./contract-test.ts";
import { goodHeaders, handshake } from "./raw.ts";
import { stage } from "./stage.ts";

const { answered, upgraded, stillServes } = stage();

/** A handshake with so many headers in all. */
function headersOf(count: number): readonly string[] {
  const headers = goodHeaders();
  while (headers.length < count) headers.push(`X-Header-${headers.length}: value`);
  return headers;
}

describe("an upgrade's headers", () => {
  test("may be a hundred", async () => {
    expect((await answered(handshake("/ws", headersOf(100)))).status).toBe(101);
  });

  for (const count of [101, 120]) {
    test(`are refused with 431 where they are ${count}`, async () => {
      expect((await answered(handshake("/ws", headersOf(count)))).status).toBe(431);
      await stillServes();
    });
  }

  test("may have 12 KiB", async () => {
    const long = `Cookie: other=${"x".repeat(12 * 1024)}`;
    expect((await answered(handshake("/ws", [...goodHeaders(), long]))).status).toBe(101);
  });

  for (const kib of [17, 30]) {
    test(`are refused with 431 where they have ${kib} KiB`, async () => {
      const long = `Cookie: other=${"x".repeat(kib * 1024)}`;
      expect((await answered(handshake("/ws", [...goodHeaders(), long]))).status).toBe(431);
      await upgraded();
    });
  }
});
