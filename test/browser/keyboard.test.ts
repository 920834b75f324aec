import { describe, expect, test } from "vitest";
import { openHouse } from "./house.ts";
import { Speaker } from "./speaker.ts";
import type { Visitor } from "./visitor.ts";

const house = openHouse();

/** What has the focus: its id, else its text. */
function focused({ page }: Visitor): Promise<string> {
  return page.evaluate(() => {
    const { activeElement, body } = document;
    return activeElement === body ? "" : activeElement?.id || (activeElement?.textContent ?? "");
  });
}

describe("with the keyboard alone", () => {
  test("one gets in, writes, goes from room to room and through the messages, and back", async () => {
    const speaker = await Speaker.in("lobby", { port: house.server.port, name: "grace" });
    await speaker.say("hello there", "how are you?");
    const visitor = await house.visit();
    const { keyboard } = visitor.page;
    await keyboard.type("ada");
    await keyboard.press("Enter");
    await visitor.isLive();
    await expect.poll(() => focused(visitor)).toBe("composer-text");
    await keyboard.type("first line");
    await keyboard.press("Shift+Enter");
    await keyboard.type("second line");
    await keyboard.press("Enter");
    await visitor.sees("first line\nsecond line");

    await keyboard.press("Shift+Tab");
    await expect.poll(() => focused(visitor)).toBe("timeline");
    await keyboard.press("ArrowUp");
    await expect.poll(() => focused(visitor)).toContain("second line");
    await keyboard.press("ArrowUp");
    await expect.poll(() => focused(visitor)).toContain("how are you?");
    await keyboard.press("Home");
    await expect.poll(() => focused(visitor)).toContain("hello there");
    await keyboard.press("Escape");
    await expect.poll(() => focused(visitor)).toBe("composer-text");

    await keyboard.press("Control+k");
    await expect.poll(() => focused(visitor)).toBe("join-name");
    await keyboard.type("workshop");
    await keyboard.press("Enter");
    await expect.poll(() => visitor.page.textContent("#room-name")).toBe("workshop");
    await expect.poll(() => focused(visitor)).toBe("composer-text");
    await keyboard.press("Alt+ArrowUp");
    await expect.poll(() => visitor.page.textContent("#room-name")).toBe("lobby");
    await keyboard.press("Alt+ArrowDown");
    await expect.poll(() => visitor.page.textContent("#room-name")).toBe("workshop");

    await keyboard.press("Control+/");
    await expect.poll(() => visitor.page.locator("#shortcuts").isVisible()).toBe(true);
    await keyboard.press("Escape");
    await expect.poll(() => visitor.page.locator("#shortcuts").isVisible()).toBe(false);
    await expect.poll(() => focused(visitor)).toBe("composer-text");
    await speaker.leave();
  });

  test("one reaches everything there is by Tab, and sees where one is", async () => {
    const visitor = await house.visit({ name: "ada", rooms: ["lobby", "second"] });
    await visitor.page.evaluate(() => (document.activeElement as HTMLElement).blur());
    const seen = new Set<string>();
    for (let step = 0; step < 20; step += 1) {
      await visitor.page.keyboard.press("Tab");
      const outline = await visitor.page.evaluate(() => {
        const { activeElement } = document;
        const box = activeElement?.closest(".composer-box") ?? activeElement;
        const style = box === null ? undefined : getComputedStyle(box);
        return style?.outlineStyle !== "none" || style?.boxShadow !== "none";
      });
      const at = await focused(visitor);
      if (at !== "") expect([at, outline]).toEqual([at, true]);
      seen.add(at);
    }
    for (const id of ["skip", "join-name", "me", "show-people", "timeline", "composer-text"])
      expect(seen).toContain(id);
    for (const text of ["Shortcuts", "For developers"]) expect(seen).toContain(text);
  });

  test("an Enter that ends a composed character sends nothing", async () => {
    const visitor = await house.visit({ name: "ada", rooms: ["composing"] });
    await visitor.page.fill("#composer-text", "にほん");
    await visitor.page.locator("#composer-text").dispatchEvent("keydown", { key: "Enter", isComposing: true });
    expect(await visitor.page.inputValue("#composer-text")).toBe("にほん");
    await visitor.page.keyboard.press("Enter");
    await visitor.sees("にほん");
  });
});

describe("a screen reader", () => {
  test("is told what is said now, gathered, and nothing of what was there already", async () => {
    const speaker = await Speaker.in("spoken", { port: house.server.port, name: "grace" });
    await speaker.say("an old story");
    const visitor = await house.visit({ name: "ada", rooms: ["spoken"] });
    await visitor.sees("an old story");
    await speaker.say("something new");
    const region = visitor.page.locator("#announcer");
    await expect.poll(() => region.textContent()).toBe("grace: something new");
    await speaker.say("1", "2", "3", "4", "5");
    await expect.poll(() => region.textContent()).toBe("5 new messages");
    await visitor.say("my own");
    await visitor.sees("my own");
    expect(await region.textContent()).toBe("5 new messages");
    await speaker.leave();
  });

  test("finds its way by landmarks, headings and names", async () => {
    const visitor = await house.visit({ name: "ada" });
    const tree = await visitor.page.locator("body").ariaSnapshot();
    for (const each of [
      'navigation "Rooms"',
      'main "lobby"',
      'complementary "People here"',
      'heading "lobby" [level=1]',
    ])
      expect(tree).toContain(each);
    expect(tree).toContain('textbox "Message to lobby"');
  });
});
