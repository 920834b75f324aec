import type { Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import { openHouse } from "./house.ts";
import { naughty, payloads, shapes } from "./naughty.ts";
import { Speaker } from "./speaker.ts";
import { phone, type Visitor } from "./visitor.ts";

const house = openHouse();

/** What a text becomes in an element; only its ends may be trimmed on the way. */
const asShown = (text: string): string => text.slice(0, 1_000).toWellFormed();

describe("hostile texts", () => {
  test("as messages are shown as they are, and nothing else happens, on a phone as well", async () => {
    const speaker = await Speaker.in("naughty", { port: house.server.port, name: "mallory" });
    const texts = naughty.map(asShown);
    for (let at = 0; at < texts.length; at += 20) await speaker.say(...texts.slice(at, at + 20));
    for (const options of [{}, phone]) {
      const visitor = await house.visit({ name: "ada", rooms: ["naughty"], ...options });
      await visitor.page.locator("#timeline").evaluate((timeline) => timeline.scrollTo(0, 0));
      await expect.poll(async () => (await visitor.contents()).length).toBe(texts.length);
      expect(await visitor.contents()).toEqual(texts);
      await isInOrder(visitor);
    }
    await speaker.leave();
  });

  test("written on the page are sent as they are", async () => {
    const ada = await house.visit({ name: "ada", rooms: ["written"] });
    const grace = await house.visit({ name: "grace", rooms: ["written"] });
    const texts = [...payloads.slice(0, 12), ...shapes.slice(0, 8)].map((text) => asShown(text).trim());
    for (const text of texts) await ada.say(text);
    await expect.poll(() => grace.contents()).toEqual(texts);
    await isInOrder(ada);
  });

  test("as names of people and rooms, from a server that lets everything pass, change nothing", async () => {
    const speaker = await Speaker.in("names", { port: house.server.port, name: "grace" });
    await speaker.say("hello");
    for (const texts of [payloads, shapes]) {
      const visitor = await house.visit({});
      await renameEverybody(visitor.page, texts);
      await visitor.page.reload();
      await visitor.page.fill("#name", "ada");
      await visitor.page.press("#name", "Enter");
      await visitor.isLive();
      for (let nth = 0; nth < texts.length; nth += 1) await speaker.say(`from ${nth}`);
      await visitor.open("names");
      await visitor.sees(`from ${texts.length - 1}`);
      await expect.poll(() => visitor.page.locator(".room-link").count()).toBeGreaterThan(50);
      await isInOrder(visitor);
    }
    await speaker.leave();
  });

  test("could not become markup even by a mistake of the page's own", async () => {
    const visitor = await house.visit({ name: "ada" });
    const attempts = await visitor.page.evaluate(() => {
      const tries: readonly (() => unknown)[] = [
        () => (document.body.innerHTML = "<b>bold</b>"),
        () => document.body.insertAdjacentHTML("beforeend", "<b>bold</b>"),
        () => document.createElement("script").setAttribute("src", "https://evil.example/x.js"),
        () => (document.createElement("iframe").srcdoc = "<b>bold</b>"),
      ];
      return tries.map((attempt) => {
        try {
          attempt();
          return "done";
        } catch (error) {
          return (error as Error).name;
        }
      });
    });
    expect(attempts).toEqual(attempts.map(() => "TypeError"));
    visitor.problems.splice(0); // the attempts were to be reported
  });

  test("in the address, as a room, open no room and run nothing", async () => {
    for (const hash of ["#<img src=x onerror=alert(1)>", "#javascript:alert(1)//", "#__proto__", "#%3Cscript%3E"]) {
      const visitor = await house.visit({ name: "ada", url: `${house.url}${hash}` });
      expect(await visitor.page.textContent("#room-name")).toBe("lobby");
      await isInOrder(visitor);
    }
  });

  test("left behind in the browser's storage by others do no harm", async () => {
    const visitor = await house.visit({});
    for (const value of ["{", "null", "7", '"<b>"', '{"__proto__":{"seq":1}}', '["<i>", 1, null]']) {
      await visitor.page.evaluate((text) => {
        for (const key of ["name", "rooms", "read"]) localStorage.setItem(`greenroom.${key}`, text);
      }, value);
      await visitor.page.reload();
      await visitor.page.waitForSelector("#name-dialog[open], #status[data-state=live]");
    }
  });
});

/** Whether nothing of the texts has become anything else, and the page is no wider than its window. */
async function isInOrder(visitor: Visitor): Promise<void> {
  expect(await visitor.overflow()).toBe(0);
  const strange =
    "#app :is(script, iframe, object, embed, style, base, form:not(#composer, #join), [onerror], [onload])";
  expect(await visitor.page.locator(strange).count()).toBe(0);
  const wide = await visitor.page.locator(".message, .room-item, .person").evaluateAll((all) =>
    all.flatMap((each) => {
      const { right, left } = each.getBoundingClientRect();
      const parent = (each.parentElement as Element).getBoundingClientRect();
      return right > parent.right + 1 || left < parent.left - 1 ? [each.textContent] : [];
    }),
  );
  expect(wide).toEqual([]);
  expect(visitor.problems).toEqual([]);
}

/** Puts other names into whatever the server says of people and rooms. */
async function renameEverybody(page: Page, names: readonly string[]): Promise<void> {
  let turn = 0;
  const next = (): string => (names[turn++ % names.length] as string).slice(0, 400);
  await page.routeWebSocket(/\/ws/, (socket) => {
    const server = socket.connectToServer();
    server.onMessage((frame) => {
      const events = JSON.parse(String(frame), (key, value) => {
        if (key === "sender") return { ...value, name: next() };
        if (key === "members") return names.map((name, nth) => ({ id: `guest:${nth}`, name: name.slice(0, 400) }));
        if (key === "rooms") return names.map((name, nth) => ({ room: name, count: nth }));
        return value;
      });
      socket.send(JSON.stringify(events));
    });
  });
}
