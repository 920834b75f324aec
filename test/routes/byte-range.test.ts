import { describe, expect, it } from "vitest";
import { byteRange } from "../../src/routes/byte-range.ts";

describe("byteRange()", () => {
  it.each([
    ["bytes=0-9", 0, 10],
    ["bytes=90-", 90, 10],
    ["bytes=-10", 90, 10],
    ["bytes=-1000", 0, 100],
    ["bytes=95-1000", 95, 5],
    ["bytes=0-0", 0, 1],
    ["BYTES= 5-6 ", 5, 2],
  ])("takes %s of 100 bytes", (header, at, length) => {
    expect(byteRange(header, 100)).toEqual({ at, length });
  });

  it.each(["bytes=100-", "bytes=100-200", "bytes=-0"])("says that %s lies beyond 100 bytes", (header) => {
    expect(byteRange(header, 100)).toBe("beyond");
  });

  it("says that anything lies beyond nothing", () => {
    expect(byteRange("bytes=0-", 0)).toBe("beyond");
    expect(byteRange("bytes=-5", 0)).toBe("beyond");
  });

  it.each([undefined, "", "bytes=", "bytes=-", "bytes=5-4", "bytes=0-1,5-6", "pages=1-2", "bytes=a-b", "bytes=0x1-2"])(
    "passes over %s",
    (header) => {
      expect(byteRange(header, 100)).toBeUndefined();
    },
  );
});
