import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { BrowserContextOptions } from "playwright-core";
import { describe, expect, test } from "vitest";
import { openHouse } from "./house.ts";
import { Speaker } from "./speaker.ts";
import { phone, type Visitor } from "./visitor.ts";

const house = openHouse();
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

const looks: Readonly<Record<string, BrowserContextOptions>> = {
  "in light": { colorScheme: "light" },
  "in dark": { colorScheme: "dark" },
  "on a phone": phone,
  "on a phone in the dark": { ...phone, colorScheme: "dark" },
};

describe.each(Object.entries(looks))("axe finds nothing %s", (look, options) => {
  test("in a room with messages, unread ones and people", async () => {
    const rooms = [`${look.replaceAll(" ", "-")}.a`, `${look.replaceAll(" ", "-")}.b`];
    const speakers = await Promise.all(
      rooms.map((room) => Speaker.in(room, { port: house.server.port, name: "grace" })),
    );
    const ada = await house.visit({ name: "ada", rooms, ...options });
    for (const speaker of speakers) await speaker.say("one", "two\nlines", "🎉");
    await ada.say("three");
    await ada.sees("two");
    expect(await findings(ada)).toEqual([]);
    if (options.isMobile === true) {
      await ada.page.tap("#show-rooms");
      expect(await findings(ada)).toEqual([]);
      await ada.page.tap('[data-close="rooms"]');
      await ada.page.tap("#show-people");
      expect(await findings(ada)).toEqual([]);
    }
    await Promise.all(speakers.map((speaker) => speaker.leave()));
  });

  test("in a room with prices, files, removed and failed messages, and a notice", async () => {
    const room = "ticker";
    const ada = await house.visit({ name: "ada", rooms: [room], ...options });
    await ada.say("soon gone");
    await ada.page.setInputFiles("#attach-input", { name: "a.txt", mimeType: "text/plain", buffer: Buffer.from("a") });
    await ada.page.locator(".file").last().waitFor();
    await ada.page.locator(".message", { hasText: "soon gone" }).last().click();
    expect(await findings(ada)).toEqual([]);
    await ada.page.click(".tools >> text=Remove");
    await ada.page.locator(".message.gone").last().waitFor();
    await ada.page.locator(".quote").first().waitFor();
    await ada.page.route("**/api/rooms/**", (route) => route.abort());
    await ada.page.setInputFiles("#attach-input", { name: "b.txt", mimeType: "text/plain", buffer: Buffer.from("b") });
    await ada.page.locator(".tray-item.failed").waitFor();
    await ada.page.context().setOffline(true);
    await ada.page.evaluate(() => dispatchEvent(new Event("offline")));
    await ada.say("on its way");
    expect(await findings(ada)).toEqual([]);
  });

  test("where a name is asked for, in the other dialogs, and in an empty room", async () => {
    const visitor = await house.visit(options);
    await visitor.page.press("#name", "Enter");
    expect(await findings(visitor)).toEqual([]);
    await visitor.page.fill("#name", "linus");
    await visitor.page.press("#name", "Enter");
    await visitor.isLive();
    expect(await findings(visitor)).toEqual([]);
    for (const dialog of ["shortcuts", "developers"]) {
      await visitor.page.evaluate((id) => (document.getElementById(id) as HTMLDialogElement).showModal(), dialog);
      expect(await findings(visitor)).toEqual([]);
      await visitor.page.keyboard.press("Escape");
    }
  });
});

/** What is wrong on the page, one line each; a script of a test's own is not held to the page's policy. */
async function findings({ page }: Visitor): Promise<readonly string[]> {
  await page.waitForTimeout(300); // transitions of colours have begun, and end
  await page.evaluate(async () => {
    const transitions = document.getAnimations().filter((one) => one instanceof CSSTransition);
    await Promise.allSettled(transitions.map(({ finished }) => finished));
  });
  await page.evaluate(axe);
  return page.evaluate(async () => {
    const { axe } = globalThis as unknown as { readonly axe: typeof import("axe-core") };
    const { violations } = await axe.run(document, {
      runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    });
    return violations.flatMap(({ id, nodes }) =>
      nodes.map(({ html, any }) => `${id}: ${html} ${any[0]?.message ?? ""}`),
    );
  });
}
