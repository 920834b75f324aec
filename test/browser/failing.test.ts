import { describe, expect, test } from "vitest";
import { openHouse } from "./house.ts";

const house = openHouse();

describe("a message that was refused", () => {
  test("stays, says why, and is sent again or taken away", async () => {
    const grace = await house.visit({ name: "grace" });
    const ada = await house.visit();
    let isRefused = true;
    await ada.page.routeWebSocket(/\/ws/, (socket) => {
      const server = socket.connectToServer();
      socket.onMessage((frame) => {
        const commands = [JSON.parse(String(frame))].flat() as { type: string; id: number; room: string }[];
        for (const command of commands) {
          if (command.type !== "message" || !isRefused) server.send(JSON.stringify([command]));
          else {
            const { id, room } = command;
            socket.send(JSON.stringify([{ type: "error", id, room, code: "forbidden", message: "Not today" }]));
          }
        }
      });
    });
    await ada.page.reload();
    await ada.page.fill("#name", "ada");
    await ada.page.press("#name", "Enter");
    await ada.isLive();
    await ada.say("first", "second");
    await expect.poll(() => ada.page.locator(".message.failed").count()).toBe(2);
    expect(await ada.page.locator(".message.failed .delivery").first().textContent()).toContain("Not today");
    isRefused = false;
    await ada.page.click("text=Send again >> nth=0");
    await grace.sees("first");
    await ada.page.click("text=Discard");
    await expect.poll(() => ada.contents()).toEqual(["first"]);
    expect(await grace.contents()).toEqual(["first"]);
  });
});
