import { describe, expect } from "vitest";
import type { Client } from "./client.ts";
import { test } from "./contract-test.ts";
import type { EventOf } from "./inbox.ts";
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

/** So many are let in before one is refused, and how many seconds that took. */
interface LetIn {
  readonly taken: number;
  readonly seconds: number;
}

/** Knocks until somebody is turned away, who must be at some time, however slowly this goes. */
async function untilRefused(knock: () => Promise<{ readonly status: number }>, refusal = 429): Promise<LetIn> {
  const beganMs = performance.now();
  for (let taken = 0; taken < 1_000; ) {
    const answers = await Promise.all(Array.from({ length: 20 }, knock));
    const refused = answers.filter(({ status }) => status === refusal).length;
    taken += answers.length - refused;
    if (refused > 0) return { taken, seconds: (performance.now() - beganMs) / 1_000 };
  }
  throw new Error(`Cannot see anybody refused with ${refusal}: a thousand were let in`);
}

/** A burst, and what has come to it meanwhile at a rate; what was spent at once and what trickled in may differ by one. */
function expectBurst({ taken, seconds }: LetIn, burst: number, perSecond: number): void {
  expect(taken).toBeGreaterThanOrEqual(burst);
  expect(taken).toBeLessThanOrEqual(burst + perSecond * seconds + 1);
}

describe("upgrades of guests from one address", () => {
  const house = stage({ env: limited });

  test("past a burst of 300 are answered with 429, with when to come again; others and users come in", async () => {
    let refused = { headers: new Map<string, string>() as ReadonlyMap<string, string>, body: "" };
    const knock =
      (...headers: readonly string[]) =>
      async () => {
        const answer = await upgradeFrom(house, "127.0.1.1", ...headers);
        if (answer.status === 429) refused = answer;
        return answer;
      };
    expectBurst(await untilRefused(knock()), 300, 1);
    const { headers, body } = refused;
    expect(Number(headers.get("retry-after"))).toBeGreaterThanOrEqual(1);
    expect(Number(headers.get("retry-after"))).toBeLessThanOrEqual(2);
    expect(JSON.parse(body)).toMatchObject({ status: 429 });
    expect((await upgradeFrom(house, "127.0.1.2")).status).toBe(101);
    const token = await tokenFor("ada");
    expect((await upgradeFrom(house, "127.0.1.1", `Authorization: Bearer ${token}`)).status).toBe(101);
    // Credentials that are bad are what the unauthenticated bring.
    expect((await untilRefused(knock("Authorization: Bearer bad"))).taken).toBeLessThan(100);
    expect((await untilRefused(knock("X-Forwarded-For: 192.0.2.1"))).taken).toBeLessThan(100);
    const seconds = Number(refused.headers.get("retry-after"));
    await new Promise((resolve) => setTimeout(resolve, seconds * 1_000));
    expect((await upgradeFrom(house, "127.0.1.1")).status).toBe(101);
  });
});

describe("guests behind one address", () => {
  const house = stage({ env: limited });

  test("have 20 rooms opened in a minute, and hear when the next may be", async () => {
    const client = await house.guest();
    const beganMs = performance.now();
    let opened = 0;
    let refused = freshRoom();
    let error: EventOf<"error"> | undefined;
    for (let id = 0; error === undefined && id < 100; id++) {
      refused = freshRoom();
      client.send({ type: "join", room: refused, id });
      const isAnswer = (event: { readonly id?: unknown }): boolean => event.id === id;
      const answer = await Promise.race([client.next("joined", isAnswer), client.next("error", isAnswer)]);
      if (answer.type === "error") error = answer;
      else opened += 1;
    }
    if (error === undefined) throw new Error("Cannot see a room refused: a hundred were opened");
    expectBurst({ taken: opened, seconds: (performance.now() - beganMs) / 1_000 }, 20, 1 / 3);
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
    const beganMs = performance.now();
    for (let at = 0; at < 9; at++) guests.push(await house.member(room, `guest_${at}`));
    for (const guest of guests)
      for (let id = 0; id < 50; id++) guest.send({ type: "message", room, content: "hi", id });
    const acks = (): EventOf<"ack">[] => guests.flatMap((guest) => guest.untaken("ack"));
    const errors = (): EventOf<"error">[] => guests.flatMap((guest) => guest.untaken("error"));
    // By the answers themselves, and not by a pong: that one does not wait for the log.
    await expect.poll(() => acks().length + errors().length, { timeout: 20_000 }).toBe(450);
    expectBurst({ taken: acks().length, seconds: (performance.now() - beganMs) / 1_000 }, 300, 5);
    expect(new Set(errors().map(({ code }) => code))).toEqual(new Set(["rate_limited"]));
    for (const { retryAfter } of errors()) expect(retryAfter).toBeGreaterThan(0);
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
    expectBurst(await untilRefused(from("192.0.2.1")), 300, 1);
    expect((await from("192.0.2.2")()).status).toBe(101);
    expectBurst(await untilRefused(from("2001:db8::1")), 300, 1);
    expect((await untilRefused(from("2001:db8::ffff"))).taken).toBeLessThan(100);
    expect((await from("2001:db8:0:1::1")()).status).toBe(101);
  });
});

describe("addresses, where rates are off", () => {
  const house = stage({ env: { GREENROOM_RATE_LIMITS: "off" } });

  test("count for nothing", async () => {
    for (let at = 0; at < 340; at += 20) {
      const answers = await Promise.all(Array.from({ length: 20 }, () => upgradeFrom(house, "127.0.1.1")));
      expect(answers.filter(({ status }) => status !== 101)).toEqual([]);
    }
    const client = await house.guest();
    for (let at = 0; at < 30; at++) await client.request({ type: "join", room: freshRoom() }, "joined");
  });
});

describe("requests that change something, of those who show nothing good", () => {
  const house = stage({ env: { ...limited, GREENROOM_ADMIN_TOKEN: "an-admin-token-of-more-than-32-characters" } });

  test("are held to the rate of their address", async () => {
    const url = house.url("/api/tickets").replace("ws:", "http:");
    const post = async () => await fetch(url, { method: "POST", headers: { authorization: "Bearer bad" } });
    const statuses = new Set<number>();
    let retryAfter: string | null = null;
    const knock = async () => {
      const { status, headers } = await post();
      statuses.add(status);
      if (status === 429) retryAfter = headers.get("retry-after");
      return { status };
    };
    expectBurst(await untilRefused(knock), 300, 1);
    expect([...statuses].toSorted()).toEqual([401, 429]);
    expect(retryAfter).toMatch(/^[12]$/);
  });
});
