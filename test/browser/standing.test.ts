import type { WebSocketRoute } from "playwright-core";
import { describe, expect, test } from "vitest";
import { openHouse } from "./house.ts";
import type { Visitor } from "./visitor.ts";

const house = openHouse();

/** Comes as ada over a wire on which a test may say something in the server's place. */
async function comeByWire(): Promise<{
  readonly ada: Visitor;
  say(event: object): void;
  close(code: number): Promise<void>;
}> {
  const ada = await house.visit({});
  let wire: WebSocketRoute | undefined;
  await ada.page.routeWebSocket(/\/ws/, (socket) => {
    wire = socket;
    const server = socket.connectToServer();
    server.onMessage((frame) => socket.send(frame));
  });
  await ada.page.reload();
  await ada.page.fill("#name", "ada");
  await ada.page.press("#name", "Enter");
  await ada.isLive();
  return {
    ada,
    say: (event) => wire?.send(JSON.stringify([event])),
    close: async (code) => await wire?.close({ code, reason: "as the test says" }),
  };
}

function word({ page }: Visitor): Promise<string | null> {
  return page.textContent("#status-text");
}

describe("how things stand is said", () => {
  test("when more is said than the connection carries, until it has caught up", async () => {
    const { ada, say } = await comeByWire();
    say({ type: "lagged", room: "lobby", seq: 0 });
    await expect.poll(() => word(ada)).toBe("Catching up");
    await expect.poll(() => ada.page.textContent("#notice")).toContain("a little late");
    say({ type: "live", room: "lobby", seq: 0 });
    await expect.poll(() => word(ada)).toBe("Live");
    expect(await ada.page.isVisible("#notice")).toBe(false);
    expect(await ada.page.textContent("#announcer")).toBe("You have caught up.");
  });

  test("when one was taken out, with the reason, and how to join again", async () => {
    const { ada, say } = await comeByWire();
    say({ type: "kicked", room: "lobby", reason: "<b>spam</b>" });
    await expect.poll(() => word(ada)).toBe("Removed");
    expect(await ada.page.textContent("#notice")).toContain("<b>spam</b>");
    expect(await ada.page.isVisible("text=Join again")).toBe(true);
  });

  test("when the server is about to end", async () => {
    const { ada, say, close } = await comeByWire();
    say({ type: "draining", reconnect: 3_000 });
    await expect.poll(() => word(ada)).toBe("Server restarting");
    await close(1012);
    await ada.isLive();
  });

  test("when one is not wanted, and nothing is tried again by itself", async () => {
    const { ada, close } = await comeByWire();
    await close(4403);
    await expect.poll(() => word(ada)).toBe("Closed");
    expect(await ada.page.textContent("#notice")).toContain("You may not use this server.");
  });
});
