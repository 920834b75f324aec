import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, test } from "vitest";
import { openHouse } from "./house.ts";

const house = openHouse();

describe("a page of another origin", () => {
  test("can neither read the page, nor frame it, nor speak for whoever visits it", async () => {
    const foreign = createServer((_request, response) => {
      response.setHeader("content-type", "text/html");
      response.end(`<!doctype html><title>foreign</title><iframe src="${house.url}"></iframe>`);
    });
    await new Promise<void>((resolve) => foreign.listen(0, "127.0.0.1", resolve));
    const context = await house.browser.newContext();
    try {
      const page = await context.newPage();
      await page.goto(`http://127.0.0.1:${(foreign.address() as AddressInfo).port}/`);
      const tried = await page.evaluate(async (url) => {
        const read = await fetch(url).then(
          () => "read",
          () => "refused",
        );
        const socket = new WebSocket(`${url.replace("http", "ws")}ws/lobby?name=mallory`);
        const spoke = await new Promise((resolve) => {
          socket.onopen = () => resolve("opened");
          socket.onerror = () => resolve("refused");
        });
        const posted = await fetch(`${url}api/rooms/lobby/files?name=mallory`, { method: "POST", body: "x" }).then(
          ({ status }) => `${status}`,
          () => "refused",
        );
        return { read, spoke, posted };
      }, house.url);
      expect(tried).toEqual({ read: "refused", spoke: "refused", posted: "refused" });
      const framed = page.frames().find((frame) => frame !== page.mainFrame());
      expect(await framed?.locator("#app").count()).toBe(0);
    } finally {
      await context.close();
      foreign.close();
    }
  });
});
