import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { cases } from "../client/in-browser.ts";
import { openHouse } from "./house.ts";
import type { Visitor } from "./visitor.ts";

const house = openHouse();
let page: Visitor["page"];

beforeAll(async () => {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL("../client/in-browser.ts", import.meta.url))],
    bundle: true,
    write: false,
    format: "iife",
    globalName: "inBrowser",
    tsconfigRaw: "{}",
  });
  const context = await house.browser.newContext();
  page = await context.newPage();
  await page.goto(`${house.url}health`);
  // As the function of a test, and not as a script of the page: that one's policy would not let it run.
  await page.evaluate(`${outputFiles[0]?.text}; globalThis.inBrowser = inBrowser;`);
});

afterAll(async () => {
  await page?.context().close();
});

describe("the client in a browser", () => {
  test.each(Object.keys(cases))("%s", async (name) => {
    const failure = await page.evaluate(
      async ({ name, url }) => {
        const { inBrowser } = globalThis as unknown as { readonly inBrowser: { readonly cases: typeof cases } };
        return await inBrowser.cases[name]?.(url).then(
          () => "passed",
          (error: unknown) => String(error),
        );
      },
      { name, url: house.url },
    );
    expect(failure).toBe("passed");
  });
});
