import { describe, expect, test } from "vitest";
import { openHouse } from "./house.ts";
import { Speaker } from "./speaker.ts";
import { phone } from "./visitor.ts";

const house = openHouse();

describe("the page", () => {
  test("asks for a name, takes none that nobody may have, and remembers it", async () => {
    const { page } = await house.visit();
    await page.fill("#name", "a!");
    await page.press("#name", "Enter");
    expect(await page.textContent("#name-problem")).toContain("3 to 20");
    await page.fill("#name", "ada");
    await page.press("#name", "Enter");
    await page.waitForSelector('#status[data-state="live"]');
    expect(await page.textContent("#me bdi")).toBe("ada");
    await page.reload();
    await page.waitForSelector('#status[data-state="live"]');
    expect(await page.textContent("#me bdi")).toBe("ada");
  });

  test("has two tabs and a phone chat, each message once and in one order", async () => {
    const ada = await house.visit({ name: "ada" });
    const grace = await house.visit({ name: "grace", colorScheme: "dark" });
    const linus = await house.visit({ name: "linus", ...phone });
    await expect.poll(() => ada.page.textContent("#people-count")).toBe("3");
    for (const round of [1, 2, 3]) {
      await Promise.all([ada, grace, linus].map((each, nth) => each.say(`${round} of ${nth}`)));
    }
    for (const each of [ada, grace, linus]) {
      await expect.poll(async () => (await each.contents()).length).toBe(9);
      // Until it is sent, one's own stands at the end.
      await expect.poll(() => each.page.locator(".message.sending").count()).toBe(0);
    }
    const shown = await ada.contents();
    expect(new Set(shown).size).toBe(9);
    expect(await grace.contents()).toEqual(shown);
    expect(await linus.contents()).toEqual(shown);
    expect(await linus.overflow()).toBe(0);
  });

  test("says who is typing, until they have said it", async () => {
    const ada = await house.visit({ name: "ada", rooms: ["typing"] });
    const grace = await house.visit({ name: "grace", rooms: ["typing"] });
    await grace.page.locator("#composer-text").pressSequentially("we");
    await expect.poll(() => ada.page.textContent("#typing")).toContain("grace");
    expect(await grace.page.textContent("#typing")).toBe("");
    await grace.say("well");
    await expect.poll(() => ada.page.textContent("#typing")).toBe("");
  });

  test("counts what is new in other rooms, in the title too, and draws a line before it", async () => {
    const ada = await house.visit({ name: "ada", rooms: ["first", "second"] });
    const speaker = await Speaker.in("second", { port: house.server.port, name: "grace" });
    await speaker.say("one", "two");
    await expect.poll(() => ada.page.title()).toMatch(/^\(2\) first/);
    const second = ada.page.locator(".room-link", { hasText: "second" });
    await expect.poll(() => second.textContent()).toContain("2 new");
    await second.click();
    await ada.sees("two");
    await expect.poll(() => ada.page.title()).toMatch(/^second/);
    expect(await ada.page.locator(".divider.new + .message .content").textContent()).toBe("one");
    await ada.page.keyboard.press("Escape");
    await expect.poll(() => ada.page.locator(".divider.new").count()).toBe(0);
    await speaker.leave();
  });

  test("counts in the title while nobody looks, though there are no frames then", async () => {
    const ada = await house.visit({ name: "ada", rooms: ["background"] });
    const speaker = await Speaker.in("background", { port: house.server.port, name: "grace" });
    await ada.page.evaluate(() => {
      globalThis.requestAnimationFrame = () => 0;
      dispatchEvent(new Event("focus")); // asks for a frame
      Object.defineProperty(document, "hidden", { get: () => true });
      document.dispatchEvent(new Event("visibilitychange"));
    });
    await speaker.say("are you there?");
    await expect.poll(() => ada.page.title()).toMatch(/^\(1\) background/);
    await speaker.leave();
  });

  test("knows after a reload how far a room was read", async () => {
    const ada = await house.visit({ name: "ada", rooms: ["later"] });
    const speaker = await Speaker.in("later", { port: house.server.port, name: "grace" });
    await speaker.say("before");
    await ada.sees("before");
    await expect.poll(() => ada.page.evaluate(() => localStorage.getItem("greenroom.read"))).toContain('"seq":1');
    await ada.page.goto("about:blank");
    await speaker.say("meanwhile");
    await ada.page.goto(house.url);
    await ada.isLive();
    await ada.sees("meanwhile");
    expect(await ada.page.locator(".divider.new + .message .content").textContent()).toBe("meanwhile");
    await speaker.leave();
  });

  test("stays where one reads while others go on, and says how much is new below", async () => {
    const speaker = await Speaker.in("reading", { port: house.server.port, name: "grace" });
    await speaker.say(...Array.from({ length: 60 }, (_, nth) => `line ${nth + 1}`));
    const ada = await house.visit({ name: "ada", rooms: ["reading"] });
    await ada.sees("line 60");
    await ada.page.locator("#timeline").evaluate((timeline) => timeline.scrollBy(0, -400));
    const before = await ada.page.locator("#timeline").evaluate(({ scrollTop }) => scrollTop);
    await speaker.say("news", "more news");
    await expect.poll(() => ada.page.textContent("#newest-text")).toBe("2 new messages");
    expect(await ada.page.locator("#timeline").evaluate(({ scrollTop }) => scrollTop)).toBe(before);
    await ada.page.click("#newest");
    await expect.poll(() => ada.page.isVisible("#newest")).toBe(false);
    await speaker.leave();
  });

  test("opens rooms, lists those of others with their numbers, and leaves them", async () => {
    const ada = await house.visit({ name: "ada", rooms: ["lobby"] });
    const grace = await house.visit({ name: "grace", rooms: ["workshop"] });
    await grace.say("anyone?");
    await ada.page.reload();
    const link = ada.page.locator(".room-link", { hasText: "workshop" });
    await expect.poll(() => link.textContent()).toContain("1 here");
    await link.click();
    await ada.sees("anyone?");
    expect(new URL(ada.page.url()).hash).toBe("#workshop");
    await expect.poll(() => grace.page.textContent("#people-count")).toBe("2");
    await ada.page.locator(".room-item", { hasText: "workshop" }).hover();
    await ada.page.click('[aria-label="Leave workshop"]');
    await expect.poll(() => ada.page.textContent("#room-name")).toBe("lobby");
    await expect.poll(() => grace.page.textContent("#people-count")).toBe("1");
  });

  test("goes on under another name, in the same rooms", async () => {
    const ada = await house.visit({ name: "ada", rooms: ["names"] });
    const grace = await house.visit({ name: "grace", rooms: ["names"] });
    await ada.page.fill("#composer-text", "half a thou");
    await ada.page.click("#me");
    await ada.page.fill("#name", "augusta");
    await ada.page.press("#name", "Enter");
    await expect.poll(() => grace.page.textContent("#people-list")).toContain("augusta");
    await ada.isLive();
    expect(await ada.page.inputValue("#composer-text")).toBe("half a thou");
    await ada.say("still me");
    await grace.sees("still me");
    expect(await grace.page.locator(".byline bdi").last().textContent()).toBe("augusta");
  });

  test("groups what one says in a row, under one name and below the day", async () => {
    const ada = await house.visit({ name: "ada", rooms: ["groups"] });
    const grace = await house.visit({ name: "grace", rooms: ["groups"] });
    await ada.say("one", "two");
    await grace.sees("two");
    await grace.say("three");
    await ada.sees("three");
    expect(await ada.page.locator(".message .byline bdi").allTextContents()).toEqual(["ada", "grace"]);
    const days = ada.page.locator(".messages > .divider");
    expect(await days.allTextContents()).toEqual(["Today"]);
    await ada.page.clock.setFixedTime(Date.now() + 86_400_000);
    await grace.say("four");
    await ada.sees("four");
    await expect.poll(() => days.allTextContents()).toEqual(["Yesterday"]);
  });
});
