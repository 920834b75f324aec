import { once } from "node:events";
import { describe, expect } from "vitest";
import { target, test } from "./contract-test.ts";
import { frame } from "./raw.ts";
import { freshRoom, stage } from "./stage.ts";

// A client is dead 1.2 times as long after its last sign of life: this one must not stand still for longer.
const heartbeatMs = 4_000;
const it = stage({ env: { GREENROOM_HEARTBEAT_MS: `${heartbeatMs}` } });

describe("liveness", () => {
  test("welcome tells the heartbeat that is set", async () => {
    expect((await (await it.open()).next("welcome")).heartbeat).toBe(heartbeatMs);
  });

  test("a peer that falls silent is found, and its user leaves the room once", async () => {
    const room = freshRoom();
    const watcher = await it.member(room, "watcher");
    const silent = await it.raw();
    await silent.upgrade(`/ws/${room}?name=silent`);
    const sinceMs = performance.now();
    const code = await silent.closeCode(heartbeatMs * 4);
    expect(code).toSatisfy(
      (seen: number) => [4408, 1006].includes(seen) || (target.transport === "deno-native" && seen === 1001),
      `close code ${code}`,
    );
    expect(performance.now() - sinceMs).toBeGreaterThan(heartbeatMs / 4);
    expect((await watcher.next("presence", ({ left }) => left !== undefined, 12_000)).left).toEqual(["guest:silent"]);
    await watcher.settled();
    expect(watcher.untaken("presence").filter(({ left }) => left !== undefined)).toEqual([]);
  });

  test("a client that answers pings stays, however long it says nothing", async () => {
    const client = await it.guest();
    for (let pings = 0; pings < 2; pings++) await once(client.socket, "ping");
    await client.settled();
  });

  test("a client that sends commands stays, even where it answers no pings", async () => {
    const client = await it.guest("ada", { autoPong: false });
    const untilMs = performance.now() + heartbeatMs * 2;
    while (performance.now() < untilMs) {
      await client.settled();
      await new Promise((resolve) => setTimeout(resolve, heartbeatMs / 8));
    }
    await client.settled();
  });

  test("a peer that pongs by hand stays", async () => {
    const raw = await it.raw();
    await raw.upgrade();
    await raw.frame();
    for (let pings = 0; pings < 2; pings++) {
      const ping = await raw.frame();
      expect(ping?.opcode).toBe(9);
      raw.write(frame(ping?.payload ?? "", { opcode: 10 }));
    }
    raw.write(frame('{"type":"ping"}'));
    expect((await raw.frame())?.payload.toString()).toContain("pong");
  });
});
