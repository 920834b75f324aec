import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { WebSocketServer } from "ws";
import { keepSecret } from "../contract/watchword.ts";
import { launch } from "./chromium.ts";
import { withCanary } from "./overheard.ts";

const secret = "a secret of this test, and of nobody else";
keepSecret("the secret", secret);
const token = "a-token-that-no-address-may-hold";
keepSecret("the token", token);

/** Answers with what it is asked to answer with. */
const server = createServer((request, response) => {
  response.setHeader("content-type", "text/html");
  response.setHeader("referrer-policy", "no-referrer");
  response.end(request.url === "/telling" ? secret : "<!doctype html><title>a page</title><body><input>");
});
const sockets = new WebSocketServer({ server });
sockets.on("connection", (socket) => socket.send(secret));
let browser: Browser;
let url: string;

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  browser = await launch();
});

afterAll(async () => {
  await browser?.close();
  for (const socket of sockets.clients) socket.terminate();
  server.close();
  server.closeAllConnections();
});

/** What becomes of closing a profile in whose page something was done. */
async function after(act: (page: Page) => Promise<unknown>, address = url): Promise<string> {
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(address);
  await act(page);
  return await context.close().then(
    () => "closed",
    (error: unknown) => String(error),
  );
}

const leaks: Readonly<Record<string, (page: Page) => Promise<unknown>>> = {
  printed: (page) => page.evaluate((text) => console.debug("look:", text), secret),
  thrown: async (page) => {
    const thrown = page.waitForEvent("pageerror");
    await page.evaluate((text) => {
      setTimeout(() => {
        throw new Error(text);
      });
    }, secret);
    await thrown;
  },
  "on the page": (page) => page.evaluate((text) => document.body.append(text), secret),
  "asked for": (page) => page.evaluate((text) => fetch(`/?token=${text}`), token),
  sent: (page) => page.evaluate((body) => fetch("/", { method: "POST", body }), secret),
  answered: (page) => page.evaluate(() => fetch("/telling").then((answer) => answer.text())),
  received: async (page) => {
    const received = page.waitForEvent("websocket").then((socket) => socket.waitForEvent("framereceived"));
    await page.evaluate((it) => void new WebSocket(it), url.replace("http", "ws"));
    await received;
  },
};

describe("a browser profile that is closed", () => {
  test.each(Object.entries(leaks))("says so where a secret was %s", async (where, act) => {
    const what = where === "asked for" ? "the token" : "the secret";
    expect(await after(act)).toContain(`Cannot let this pass: ${what} ${where}`);
  });

  test("says so where a secret was left in a field, or in the browser's storage", async () => {
    const on = "the secret on the page";
    expect(await after((page) => page.fill("input", secret))).toContain(on);
    expect(await after((page) => page.evaluate((text) => localStorage.setItem("it", text), secret))).toContain(on);
    expect(await after((page) => page.evaluate((text) => sessionStorage.setItem("it", text), secret))).toContain(on);
  });

  test("says so where its page has passed on what stood in its own address", async () => {
    const asks = (page: Page): Promise<unknown> => page.evaluate(() => fetch(`/other${location.search}`));
    expect(await after(asks, withCanary(url))).toContain("the canary asked for");
    const refers = (page: Page): Promise<unknown> => page.evaluate(() => fetch("/", { referrerPolicy: "unsafe-url" }));
    expect(await after(refers, withCanary(url))).toContain("the canary referred to");
  });

  test("says so of a socket, too, and where the browser as a whole is closed", async () => {
    const own = await launch();
    const page = await (await own.newContext()).newPage();
    await page.goto(url);
    const asked = page.waitForEvent("websocket");
    await page.evaluate((it) => void new WebSocket(it), `${url.replace("http", "ws")}?token=${token}`);
    await asked;
    await expect(own.close()).rejects.toThrow("the token asked for");
    expect(own.isConnected()).toBe(false);
  });

  test("says nothing where there was none", async () => {
    expect(await after((page) => page.evaluate(() => fetch("/")), withCanary(url))).toBe("closed");
  });
});
