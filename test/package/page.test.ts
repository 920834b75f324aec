import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { pageAssetsPath, pageAssetsText } from "../../scripts/page.ts";
import { pageAssets, pageDocument } from "../../src/routes/page-assets.ts";

describe("the bundled page", () => {
  test("is what its sources make: else run `npm run page`", async () => {
    // Compared as a whole, without a difference of a hundred thousand characters to print.
    expect(readFileSync(pageAssetsPath, "utf8") === (await pageAssetsText())).toBe(true);
  });

  test("is no more than 30 KB to load, compressed", () => {
    const texts = [...Object.values(pageAssets), pageDocument].map(({ text }) => text);
    expect(texts.reduce((sum, text) => sum + gzipSync(text).length, 0)).toBeLessThan(30_000);
  });
});
