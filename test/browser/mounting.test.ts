import { Hono } from "hono";
import { describe, expect, onTestFinished, test } from "vitest";
import { greenroom } from "../../src/greenroom.ts";
import { serve } from "../../src/runtime/node.ts";
import { launch } from "./chromium.ts";
import { Visitor } from "./visitor.ts";

describe("the page of rooms that are mounted below a path", () => {
  test("finds its files, its socket and its attachments there, and is cached as it may be", async () => {
    const rooms = greenroom();
    const server = await serve({ port: 0, fetch: new Hono().route("/in/chat", rooms.routes).fetch });
    const browser = await launch();
    onTestFinished(async () => {
      await browser.close();
      await server.close();
    });
    const ada = await Visitor.come(browser, { url: `${server.url}/in/chat`, name: "ada" });
    await ada.say("hello below");
    await ada.sees("hello below");
    const png = Buffer.from(
      "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
      "base64",
    );
    await ada.page.setInputFiles("#attach-input", { name: "dot.png", mimeType: "image/png", buffer: png });
    await ada.page.locator(".picture.loaded").waitFor();
    expect(await ada.page.locator("[data-socket]").first().textContent()).toBe(
      `${server.url.replace("http", "ws")}/in/chat`,
    );
    await ada.leave();
  });
});
