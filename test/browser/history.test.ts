import type { Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import { openHouse } from "./house.ts";
import { Speaker } from "./speaker.ts";
import { phone, type Visitor } from "./visitor.ts";

const house = openHouse();
const COUNT = 5_000;

/** What one step up came to: how many messages there are, and by how far what was in view has moved, in px. */
interface Step {
  readonly count: number;
  readonly moved: number;
}

describe("the history", () => {
  test("of 5,000 messages is scrolled up without a jump, on a phone as well", async () => {
    await fill("long", COUNT);
    for (const options of [{}, phone]) {
      const visitor = await house.visit({ name: "ada", rooms: ["long"], ...options });
      await visitor.sees(`message ${COUNT} `);
      const steps = await climb(visitor);
      expect(steps.at(-1)?.count).toBe(COUNT);
      expect(Math.max(...steps.map(({ moved }) => moved))).toBeLessThanOrEqual(2);
      const numbers = (await visitor.contents()).map((content) => Number(/^message (\d+)/.exec(content)?.[1]));
      expect(numbers).toEqual(Array.from({ length: COUNT }, (_, nth) => nth + 1));
      await expect.poll(() => visitor.page.textContent("#earlier")).toBe("This is where it begins.");
    }
  }, 240_000);

  test("stays in place while messages come, the window changes, and the notice comes and goes", async () => {
    const speaker = await fill("moving", 300);
    const visitor = await house.visit({ name: "ada", rooms: ["moving"] });
    await visitor.sees("message 300 ");
    await visitor.page.locator("#timeline").evaluate((timeline) => timeline.scrollBy(0, -1_500));
    const held = await hold(visitor.page);
    await speaker.say("one more", "and another");
    await expect.poll(() => visitor.page.textContent("#newest-text")).toBe("2 new messages");
    expect(await held.moved()).toBeLessThanOrEqual(2);
    await visitor.page.setViewportSize({ width: 1_280, height: 560 });
    await expect.poll(() => held.moved()).toBeLessThanOrEqual(2);
    await visitor.page.setViewportSize({ width: 900, height: 800 });
    await expect.poll(() => held.moved()).toBeLessThanOrEqual(2);
    await speaker.leave();
  });

  test("keeps its end in view while one is there: when messages come, and when there is less room", async () => {
    const speaker = await fill("ending", 100);
    const visitor = await house.visit({ name: "ada", rooms: ["ending"], ...phone });
    await visitor.sees("message 100 ");
    const fromEnd = (): Promise<number> => toEnd(visitor.page);
    await speaker.say("one more", "word ".repeat(150));
    await visitor.sees("word word");
    await expect.poll(fromEnd).toBeLessThanOrEqual(1);
    await visitor.page.setViewportSize({ width: 390, height: 460 });
    await expect.poll(fromEnd).toBeLessThanOrEqual(1);
    await visitor.page.fill("#composer-text", "several\nlines\nof\nthought");
    await expect.poll(fromEnd).toBeLessThanOrEqual(1);
    // A frame tells of scrolling before it tells of sizes.
    await visitor.page.evaluate(() => {
      const text = document.querySelector("#composer-text") as HTMLTextAreaElement;
      text.value += "\nand more\nof it\nstill";
      text.dispatchEvent(new InputEvent("input", { bubbles: true }));
      document.querySelector("#timeline")?.dispatchEvent(new Event("scroll"));
    });
    await expect.poll(fromEnd).toBeLessThanOrEqual(1);
    await speaker.leave();
  });

  test("lets one go to its end in the very frame in which there comes to be less room", async () => {
    const speaker = await fill("going", 300);
    const visitor = await house.visit({ name: "ada", rooms: ["going"] });
    await visitor.sees("message 300 ");
    await visitor.page.locator("#timeline").evaluate((timeline) => timeline.scrollBy(0, -1_500));
    await expect.poll(() => visitor.page.isVisible("#newest")).toBe(true);
    await visitor.page.evaluate(() => {
      const text = document.querySelector("#composer-text") as HTMLTextAreaElement;
      text.value = "several\nlines\nof\nthought";
      text.dispatchEvent(new InputEvent("input", { bubbles: true }));
      const timeline = document.querySelector("#timeline") as HTMLElement;
      timeline.scrollTop = timeline.scrollHeight;
    });
    await expect.poll(() => visitor.page.isVisible("#newest")).toBe(false);
    await speaker.say("the very last");
    await visitor.sees("the very last");
    await expect.poll(() => toEnd(visitor.page)).toBeLessThanOrEqual(1);
    await speaker.leave();
  });
});

/** How far the end of what has been said is out of view, in px. */
function toEnd(page: Page): Promise<number> {
  return page
    .locator("#timeline")
    .evaluate(({ scrollHeight, scrollTop, clientHeight }) => scrollHeight - scrollTop - clientHeight);
}

/** Has somebody say so many things in a room, some of them long. */
async function fill(room: string, count: number): Promise<Speaker> {
  const speakers = await Promise.all(
    ["grace", "linus"].map((name) => Speaker.in(room, { port: house.server.port, name })),
  );
  const more = (nth: number): string => (nth % 7 === 0 ? "and more ".repeat((nth % 40) + 1) : "");
  for (let from = 1; from <= count; from += 37) {
    const numbers = Array.from({ length: Math.min(37, count - from + 1) }, (_, nth) => from + nth);
    await speakers[from % 2]?.say(...numbers.map((nth) => `message ${nth} ${more(nth)}`));
  }
  await speakers[1]?.leave();
  return speakers[0] as Speaker;
}

/** Goes up to the first message, and notes at each step whether what was in view has stayed. */
function climb({ page }: Visitor): Promise<readonly Step[]> {
  return page.evaluate(async (wanted) => {
    const timeline = document.querySelector("#timeline") as HTMLElement;
    const frame = (): Promise<unknown> => new Promise((resolve) => requestAnimationFrame(resolve));
    const contents = (): Element[] => [...document.querySelectorAll(".message .content")];
    const steps: Step[] = [];
    const deadline = performance.now() + 100_000;
    while (contents().length < wanted && performance.now() < deadline) {
      timeline.scrollTop = steps.length % 3 === 0 ? 0 : 250;
      const count = contents().length;
      const edge = timeline.getBoundingClientRect().top;
      const held = contents()
        .find((each) => each.getBoundingClientRect().bottom > edge)
        ?.closest(".message");
      const topOf = (): number => held?.querySelector(".content")?.getBoundingClientRect().top ?? 1e6;
      await frame();
      const top = topOf();
      while (contents().length === count && performance.now() < deadline) await frame();
      await frame();
      steps.push({ count: contents().length, moved: Math.abs(topOf() - top) });
    }
    return steps;
  }, COUNT);
}

/** Notes which message is the first in view, and tells how far it has moved since, in px. */
async function hold(page: Page): Promise<{ moved(): Promise<number> }> {
  await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));
  await page.evaluate(() => {
    const { top } = (document.querySelector("#timeline") as HTMLElement).getBoundingClientRect();
    const contents = [...document.querySelectorAll<HTMLElement>(".message .content")];
    const held = contents.find((each) => each.getBoundingClientRect().bottom > top);
    const message = held?.closest(".message");
    if (message) message.id = "held";
  });
  const top = (): Promise<number> =>
    page.evaluate(() => {
      const [timeline, held] = ["#timeline", "#held .content"].map((each) => document.querySelector(each) as Element);
      return (held as Element).getBoundingClientRect().top - (timeline as Element).getBoundingClientRect().top;
    });
  const before = await top();
  return { moved: async () => Math.abs((await top()) - before) };
}
