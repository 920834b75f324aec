import { Buffer } from "node:buffer";
import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { bundleClient } from "../../scripts/bundle-client.ts";

const { contents, sources } = await bundleClient();

test("the client for browsers is at most 6 KB, minified and compressed", () => {
  const bytes = gzipSync(contents, { level: 9 }).length;
  expect(bytes).toBeLessThanOrEqual(6 * 1024);
  // A bundle that holds nothing would be small, too.
  expect(bytes).toBeGreaterThan(4 * 1024);
});

test("the client for browsers holds nothing but the client, and needs nothing else", () => {
  expect(sources.filter((path) => !path.startsWith("src/client/"))).toEqual([]);
  const text = new TextDecoder().decode(contents);
  expect(text).not.toMatch(/\bimport\b|\brequire\b|\bprocess\b|node:/);
});

test("the client for browsers is a module that connects", async () => {
  const url = `data:text/javascript;base64,${Buffer.from(contents).toString("base64")}`;
  const bundled = (await import(url)) as { readonly connect: (address: string) => { close(): void } };
  expect(Object.keys(bundled).sort()).toEqual(["Refusal", "connect"]);
  expect(() => bundled.connect("no address")).toThrow(TypeError);
});
