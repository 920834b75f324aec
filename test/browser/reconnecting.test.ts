import { afterEach, describe, expect, test } from "vitest";
import { startServer } from "../contract/server.ts";
import { Cable } from "./cable.ts";
import { openHouse } from "./house.ts";
import { Speaker } from "./speaker.ts";
import type { Visitor } from "./visitor.ts";

// Whoever is silent for 1.2 times as long is closed: no speaker must stand still for longer.
const HEARTBEAT_MS = 5_000;
const house = openHouse({ env: { GREENROOM_HEARTBEAT_MS: `${HEARTBEAT_MS}` } });
const cables: Cable[] = [];

afterEach(async () => {
  for (const cable of cables.splice(0)) await cable.remove();
});

async function cableTo(port: number): Promise<Cable> {
  const cable = await Cable.to(port);
  cables.push(cable);
  return cable;
}

function lamp({ page }: Visitor): Promise<string | null> {
  return page.getAttribute("#status", "data-state");
}

describe("the page", () => {
  test("without a network for 30 s keeps what is written, and then lacks and doubles nothing", async () => {
    const cable = await cableTo(house.server.port);
    const speaker = await Speaker.in("tunnel", { port: house.server.port, name: "grace" });
    const ada = await house.visit({ name: "ada", rooms: ["tunnel"], url: cable.url });
    await speaker.say("before");
    await ada.sees("before");

    cable.cut();
    await ada.page.context().setOffline(true);
    await ada.say("written in the tunnel 1", "written in the tunnel 2");
    await speaker.say(...Array.from({ length: 120 }, (_, nth) => `meanwhile ${nth}`));
    await expect.poll(() => lamp(ada), { timeout: 30_000 }).toBe("offline");
    expect(await ada.page.textContent("#notice")).toContain("offline");
    expect(await ada.page.locator(".message.sending").count()).toBe(2);
    await ada.page.waitForTimeout(30_000);
    expect(await lamp(ada)).toBe("offline");

    cable.mend();
    await ada.page.context().setOffline(false);
    await ada.isLive();
    await expect.poll(() => ada.page.locator(".message.sending").count()).toBe(0);
    const said = ["before", ...Array.from({ length: 120 }, (_, nth) => `meanwhile ${nth}`)];
    const all = [...said, "written in the tunnel 1", "written in the tunnel 2"];
    await expect.poll(() => ada.contents()).toEqual(all);
    expect(await ada.page.isVisible("#notice")).toBe(false);
    const grace = await house.visit({ name: "grace", rooms: ["tunnel"] });
    await expect.poll(async () => (await grace.contents()).slice(-3)).toEqual(all.slice(-3));
    await speaker.leave();
  }, 150_000);

  test("whose tab was frozen goes on where it was", async () => {
    const speaker = await Speaker.in("sleep", { port: house.server.port, name: "grace" });
    const ada = await house.visit({ name: "ada", rooms: ["sleep"] });
    await speaker.say("awake");
    await ada.sees("awake");
    const session = await ada.page.context().newCDPSession(ada.page);
    await session.send("Page.setWebLifecycleState", { state: "frozen" });
    for (let nth = 0; nth < 80; nth += 1) await speaker.say(`asleep ${nth}`);
    await ada.page.waitForTimeout(HEARTBEAT_MS * 1.5); // longer than the server waits for a sign of life
    await session.send("Page.setWebLifecycleState", { state: "active" });
    await ada.isLive();
    const all = ["awake", ...Array.from({ length: 80 }, (_, nth) => `asleep ${nth}`)];
    await expect.poll(() => ada.contents()).toEqual(all);
    await speaker.leave();
  });

  test("says that the server restarts, comes back by itself, and goes on where it was", async () => {
    const folder = { GREENROOM_LOG: "sqlite", GREENROOM_DURABILITY: "process", GREENROOM_DRAIN_MS: "1500" };
    const { mkdtemp, rm } = await import("node:fs/promises");
    const data = await mkdtemp("/tmp/greenroom-browser-");
    const first = await startServer({ env: { ...folder, GREENROOM_DATA: data } });
    const cable = await cableTo(first.port);
    const ada = await house.visit({ name: "ada", rooms: ["work"], url: cable.url });
    await ada.say("kept");
    await ada.sees("kept");
    await expect.poll(() => ada.page.locator(".message.sending").count()).toBe(0);
    first.signal("SIGTERM");
    await expect.poll(() => lamp(ada)).not.toBe("live");
    await ada.say("written meanwhile");
    await first.exited;
    const second = await startServer({ env: { ...folder, GREENROOM_DATA: data } });
    cable.target = second.port;
    await ada.isLive();
    await expect.poll(() => ada.page.locator(".message.sending").count()).toBe(0);
    expect(await ada.contents()).toEqual(["kept", "written meanwhile"]);
    await ada.page.context().close();
    await second.stop();
    await rm(data, { recursive: true });
  });

  test("shows the room as it is then, where the server came back with nothing", async () => {
    const env = { GREENROOM_DRAIN_MS: "1000" };
    const first = await startServer({ env });
    const cable = await cableTo(first.port);
    const ada = await house.visit({ name: "ada", rooms: ["work"], url: cable.url });
    await ada.say("forgotten soon");
    await ada.sees("forgotten soon");
    await expect.poll(() => ada.page.locator(".message.sending").count()).toBe(0);
    await first.stop();
    await expect.poll(() => lamp(ada)).not.toBe("live");
    const second = await startServer({ env });
    cable.target = second.port;
    await ada.isLive();
    await expect.poll(() => ada.contents()).toEqual([]);
    await expect.poll(() => ada.page.textContent("#toast")).toContain("begins anew");
    await ada.say("a new beginning");
    await expect.poll(() => ada.contents()).toEqual(["a new beginning"]);
    await ada.page.context().close();
    await second.stop();
  });

  test("counts down to the next try, and tries at once when asked", async () => {
    const server = await startServer();
    const cable = await cableTo(server.port);
    const ada = await house.visit({ name: "ada", url: cable.url });
    // Waits are random; these are the longest there can be.
    await ada.page.addInitScript(() => {
      Math.random = () => 0.999;
    });
    await ada.page.reload();
    await ada.isLive();
    await server.stop();
    const again = await startServer();
    await expect.poll(() => ada.page.textContent("#notice"), { timeout: 30_000 }).toMatch(/\b(?:[5-9]|\d\d) s to go/);
    cable.target = again.port;
    await ada.page.click("text=Try now");
    await ada.isLive();
    await ada.page.context().close();
    await again.stop();
  });
});
