import type { WebSocketRoute } from "playwright-core";
import { describe, expect, test } from "vitest";
import { openHouse } from "./house.ts";
import { Speaker } from "./speaker.ts";
import type { Visitor } from "./visitor.ts";

const house = openHouse();

/** The text of what has the focus. */
function focused({ page }: Visitor): Promise<string> {
  return page.evaluate(() => document.activeElement?.textContent ?? "");
}

/** Goes to the last message with the keyboard, once its buttons are there to the first button. */
async function toButtonOfLast({ page }: Visitor): Promise<void> {
  await page.focus("#timeline");
  await page.keyboard.press("End");
  await page.locator(".message:focus .tools").waitFor();
  await page.keyboard.press("Tab");
}

describe("a message of one's own", () => {
  test("is taken away by a button that shows where the pointer or the focus is", async () => {
    const ada = await house.visit({ name: "ada", rooms: ["regret"] });
    const grace = await house.visit({ name: "grace", rooms: ["regret"] });
    await grace.say("not ada's");
    await ada.sees("not ada's");
    await ada.say("a slip", "another");
    await grace.sees("another");
    await ada.page.locator(".message", { hasText: "not ada's" }).hover();
    expect(await ada.page.locator(".tools").count()).toBe(0);
    await ada.page.locator(".message", { hasText: "a slip" }).hover();
    await ada.page.click(".tools >> text=Remove");
    await expect.poll(() => grace.contents()).toEqual(["not ada's", "This message was removed.", "another"]);
    await toButtonOfLast(ada);
    await ada.page.keyboard.press("Enter");
    await expect.poll(async () => (await grace.contents()).at(-1)).toBe("This message was removed.");
    const reader = await house.visit({ name: "linus", rooms: ["regret"] });
    await expect.poll(async () => (await reader.contents()).at(-1)).toBe("This message was removed.");
  });

  test("keeps its button under the focus, whatever moves under a pointer that rests", async () => {
    const speaker = await Speaker.in("restless", { port: house.server.port, name: "grace" });
    await speaker.say("before");
    const ada = await house.visit({ name: "ada", rooms: ["restless"] });
    await ada.say("a slip");
    await ada.sees("a slip");
    await ada.page.locator(".message", { hasText: "before" }).hover();
    await toButtonOfLast(ada);
    expect(await focused(ada)).toBe("Remove");
    await speaker.say(...Array.from({ length: 60 }, (_, nth) => `meanwhile ${nth}`));
    await ada.sees("meanwhile 59");
    // Browsers look a moment later at what has come to lie under the pointer: longer than that.
    await ada.page.waitForTimeout(300);
    expect(await focused(ada)).toBe("Remove");
    await ada.page.keyboard.press("Enter");
    await expect.poll(async () => (await ada.contents()).indexOf("This message was removed.")).toBe(1);
    expect(await focused(ada)).toContain("This message was removed.");
    await speaker.leave();
  });

  test("that has the focus already gets its button once it is sent", async () => {
    const ada = await house.visit();
    const kept: (() => void)[] = [];
    let isKept = true;
    await ada.page.routeWebSocket(/\/ws/, (socket: WebSocketRoute) => {
      const server = socket.connectToServer();
      socket.onMessage((frame) => {
        const pass = (): void => server.send(frame);
        if (isKept && String(frame).includes('"message"')) kept.push(pass);
        else pass();
      });
    });
    await ada.page.reload();
    await ada.page.fill("#name", "ada");
    await ada.page.press("#name", "Enter");
    await ada.isLive();
    await ada.open("slow");
    await ada.say("on its way");
    await ada.page.locator(".message.sending").waitFor();
    await ada.page.focus("#timeline");
    await ada.page.keyboard.press("End");
    expect(await focused(ada)).toContain("on its way");
    expect(await ada.page.locator(".tools").count()).toBe(0);
    isKept = false;
    for (const pass of kept) pass();
    await ada.page.locator(".message:focus .tools").waitFor();
    await ada.page.keyboard.press("Tab");
    expect(await focused(ada)).toBe("Remove");
  });
});
