import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import { tokenEnv, tokenFor } from "../contract/tokens.ts";
import { openHouse } from "./house.ts";

const house = openHouse({ env: { ...tokenEnv, GREENROOM_GUESTS: "off", GREENROOM_COOKIE: "session" } });

/** Whom a socket speaks for that the page opens; `refused` where it is not opened. */
async function speaksFor(page: Page): Promise<string> {
  const url = `${house.url.replace("http", "ws")}ws`;
  return await page.evaluate(async (target) => {
    const socket = new WebSocket(target);
    return await new Promise<string>((resolve) => {
      socket.onmessage = ({ data }) => resolve(JSON.parse(String(data)).user.id);
      socket.onerror = () => resolve("refused");
    });
  }, url);
}

describe("a session cookie", () => {
  test("lets a page of the server's own origin speak for its user, and no page of another, though the browser sends it", async () => {
    let sent = "";
    const foreign = createServer((request, response) => {
      sent = request.headers.cookie ?? "";
      response.setHeader("content-type", "text/html");
      response.end("<!doctype html><title>foreign</title>");
    });
    await new Promise<void>((resolve) => foreign.listen(0, "127.0.0.1", resolve));
    const context = await house.browser.newContext();
    try {
      await context.addCookies([{ name: "session", value: await tokenFor("ada"), url: house.url }]);
      const page = await context.newPage();
      await page.goto(`${house.url}health`);
      expect(await speaksFor(page)).toBe("ada");
      await page.goto(`http://127.0.0.1:${(foreign.address() as AddressInfo).port}/`);
      expect(sent).toContain("session=");
      expect(await speaksFor(page)).toBe("refused");
    } finally {
      await context.close();
      foreign.close();
    }
  });
});
