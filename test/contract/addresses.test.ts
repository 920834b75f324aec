import { describe, expect } from "vitest";
import type { Client } from "./client.ts";
import { test } from "./contract-test.ts";
import { goodHeaders, openRaw } from "./raw.ts";
import { freshRoom, type Stage, stage } from "./stage.ts";
import { tokenEnv, tokenFor } from "./tokens.ts";

const limited = { ...tokenEnv, GREENROOM_RATE_LIMITS: "on" };

/** The answer to an upgrade from an address of this machine, which is closed again at once. */
async function upgradeFrom(house: Stage, address: string, ...headers: readonly string[]) {
  const socket = await openRaw(house.server.port, address);
  try {
    const answer = await socket.upgrade("/ws", [...goodHeaders(), ...headers]);
    if (answer === undefined) throw new Error("Cannot read an answer: the socket was dropped");
    return answer;
  } finally {
    socket.destroy();
  }
}

/** How many of so many upgrades are let in. */
async function letIn(upgrade: () => Promise<{ readonly status: number }>, count: number): Promise<number> {
  let taken = 0;
  for (let at = 0; at < count; at += 20) {
    const answers = await Promise.all(Array.from({ length: Math.min(20, count - at) }, upgrade));
    taken += answers.filter(({ status }) => status === 101).length;
  }
  return taken;
}

describe("upgrades of guests from one address", () => {
  const house = stage({ env: limited });

  test("past a burst of 300 are answered with 429, with when to come again; others and users come in", async () => {
    const taken = await letIn(() => upgradeFrom(house, "127.0.1.1"), 320);
    expect(taken).toBeGreaterThanOrEqual(300);
    expect(taken).toBeLessThan(312);
    const { status, headers, body } = await upgradeFrom(house, "127.0.1.1");
    expect(status).toBe(429);
    expect(Number(headers.get("retry-after"))).toBeGreaterThanOrEqual(1);
    expect(Number(headers.get("retry-after"))).toBeLessThanOrEqual(2);
    expect(JSON.parse(body)).toMatchObject({ status: 429 });
    expect((await upgradeFrom(house, "127.0.1.2")).status).toBe(101);
    const token = await tokenFor("ada");
    expect((await upgradeFrom(house, "127.0.1.1", `Authorization: Bearer ${token}`)).status).toBe(101);
    // Credentials that are bad are what the unauthenticated bring.
    expect((await upgradeFrom(house, "127.0.1.1", "Authorization: Bearer bad")).status).toBe(429);
    expect((await upgradeFrom(house, "127.0.1.1", "X-Forwarded-For: 192.0.2.1")).status).toBe(429);
    const seconds = Number(headers.get("retry-after"));
    await new Promise((resolve) => setTimeout(resolve, seconds * 1_000));
    expect((await upgradeFrom(house, "127.0.1.1")).status).toBe(101);
  });
});

describe("guests behind one address", () => {
  const house = stage({ env: limited });

  test("have 20 rooms opened in a minute, and hear when the next may be", async () => {
    const client = await house.guest();
    for (let at = 0; at < 20; at++) await client.request({ type: "join", room: freshRoom() }, "joined");
    const refused = freshRoom();
    const error = await client.request({ type: "join", room: refused }, "error");
    expect(error).toMatchObject({ room: refused, code: "rate_limited" });
    expect(error.retryAfter).toBeGreaterThan(0);
    expect(error.retryAfter).toBeLessThanOrEqual(3_000);
    await new Promise((resolve) => setTimeout(resolve, error.retryAfter));
    await client.request({ type: "join", room: refused }, "joined");
  });

  test("may join rooms that are there, and users may have rooms opened", async () => {
    const token = await tokenFor("ada");
    const user = await house.open("/ws", { headers: { authorization: `Bearer ${token}` } });
    const rooms = Array.from({ length: 25 }, () => freshRoom());
    for (const room of rooms) await user.request({ type: "join", room }, "joined");
    const client = await house.guest();
    for (const room of rooms) await client.request({ type: "join", room }, "joined");
  });
});

describe("messages of guests behind one address", () => {
  const house = stage({ env: limited });

  test("past 300 in a minute are rate_limited, whoever says them; users go on", async () => {
    const room = freshRoom();
    const guests: Client[] = [];
    for (let at = 0; at < 7; at++) guests.push(await house.member(room, `guest_${at}`));
    for (const guest of guests)
      for (let id = 0; id < 50; id++) guest.send({ type: "message", room, content: "hi", id });
    for (const guest of guests) await guest.settled();
    const errors = guests.flatMap((guest) => guest.untaken("error"));
    const acks = guests.flatMap((guest) => guest.untaken("ack"));
    expect(acks.length + errors.length).toBe(350);
    expect(acks.length).toBeGreaterThanOrEqual(300);
    expect(acks.length).toBeLessThan(330);
    expect(new Set(errors.map(({ code }) => code))).toEqual(new Set(["rate_limited"]));
    for (const { retryAfter } of errors) expect(retryAfter).toBeGreaterThan(0);
    const token = await tokenFor("ada");
    const user = await house.open(`/ws/${room}`, { headers: { authorization: `Bearer ${token}` } });
    await user.next("joined");
    await user.request({ type: "message", room, content: "hi" }, "ack");
  });
});

describe("addresses behind a trusted proxy", () => {
  const house = stage({ env: { ...limited, GREENROOM_TRUSTED_PROXIES: "127.0.0.0/8" } });

  test("are those that the proxy passes on", async () => {
    const from = (address: string) => () => upgradeFrom(house, "127.0.0.1", `X-Forwarded-For: 6.6.6.6, ${address}`);
    expect(await letIn(from("192.0.2.1"), 310)).toBeLessThan(306);
    expect((await from("192.0.2.1")()).status).toBe(429);
    expect((await from("192.0.2.2")()).status).toBe(101);
    expect(await letIn(from("2001:db8::1"), 310)).toBeLessThan(306);
    expect((await from("2001:db8::ffff")()).status).toBe(429);
    expect((await from("2001:db8:0:1::1")()).status).toBe(101);
  });
});

describe("addresses, where rates are off", () => {
  const house = stage({ env: { GREENROOM_RATE_LIMITS: "off" } });

  test("count for nothing", async () => {
    expect(await letIn(() => upgradeFrom(house, "127.0.1.1"), 340)).toBe(340);
    const client = await house.guest();
    for (let at = 0; at < 30; at++) await client.request({ type: "join", room: freshRoom() }, "joined");
  });
});

describe("requests that change something, of those who show nothing good", () => {
  const house = stage({ env: { ...limited, GREENROOM_ADMIN_TOKEN: "an-admin-token-of-more-than-32-characters" } });

  test("are held to the rate of their address", async () => {
    const url = house.url("/api/tickets").replace("ws:", "http:");
    const post = async () => await fetch(url, { method: "POST", headers: { authorization: "Bearer bad" } });
    const statuses = new Map<number, number>();
    for (let at = 0; at < 330; at++) {
      const { status } = await post();
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
    }
    expect([...statuses.keys()].toSorted()).toEqual([401, 429]);
    expect(statuses.get(401)).toBeLessThan(312);
    expect((await post()).headers.get("retry-after")).toMatch(/^[12]$/);
  });
});
