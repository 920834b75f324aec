import { describe, expect, it } from "vitest";
import type { Client } from "../contract/client.ts";
import type { EventOf } from "../contract/inbox.ts";
import { runServer } from "../contract/server.ts";
import { CAREFUL } from "../logs/redis/server.ts";
import { believed, trio } from "./trio.ts";

const { redis, member, fetch } = trio({ redis: CAREFUL, on: ["node24", "node24"] });
const SOON = { timeout: 30_000 };

async function health(path = "/health"): Promise<{ readonly status: number; readonly said: unknown }> {
  const response = await fetch(0, path);
  return { status: response.status, said: await response.json() };
}

let attempts = 0;

/** Says something, and what came of it: within a bounded time, whatever became of Redis. */
async function said(client: Client, room: string, key: string): Promise<"ack" | "unavailable" | "unknown"> {
  attempts += 1;
  const id = `attempt ${attempts}`;
  client.send({ type: "message", room, content: key, key, id });
  return Promise.race([
    client.next("ack", (ack) => ack.id === id, 20_000).then(() => "ack" as const),
    client
      .next("error", (error) => error.id === id, 20_000)
      .then(({ code, unknown }) => {
        expect(code).toBe("unavailable");
        return unknown === true ? ("unknown" as const) : ("unavailable" as const);
      }),
  ]);
}

/** Repeats something until it is acknowledged. */
async function insisted(client: Client, room: string, key: string): Promise<void> {
  await expect.poll(() => said(client, room, key), { timeout: 60_000, interval: 500 }).toBe("ack");
}

describe("greenroom doctor", { timeout: 60_000 }, () => {
  it("says what the Redis of the settings is, and what an ack is then worth", async () => {
    const { stdout, code } = await runServer({ args: ["doctor"], env: { GREENROOM_LOG: redis().url } });
    expect(stdout).toMatch(/^Redis +Redis \d+\.\d+\.\d+, appendfsync always: an ack survives a power cut/m);
    expect(code).toBe(0);
  });

  it("fails where there is none", async () => {
    const { stdout, code } = await runServer({ args: ["doctor"], env: { GREENROOM_LOG: "redis://127.0.0.1:1" } });
    expect(stdout).toMatch(/^refused: Cannot use the Redis of GREENROOM_LOG: /m);
    expect(code).toBe(2);
  });
});

describe("nodes that are cut off from Redis", { timeout: 180_000 }, () => {
  it.each([
    ["stopped", async () => redis().signal("SIGSTOP"), async () => redis().signal("SIGCONT")],
    ["killed", () => redis().kill(), () => redis().start()],
  ])(
    "refuse what is said while it is %s, go on with the rest, and have lost nothing afterwards",
    async (how, end, begin) => {
      const room = how;
      const [ada, bob, far] = [
        await member(0, "ada", room),
        await member(0, "bob", room),
        await member(1, "far", room),
      ];
      await expect.poll(() => believed(ada, room), SOON).toEqual(["ada", "bob", "far"]);
      expect(ada.events[0]).toMatchObject({ type: "welcome", limits: { durability: "power" } });
      expect(await said(ada, room, "before")).toBe("ack");
      expect(await health()).toMatchObject({ status: 200, said: { broker: { status: "connected" } } });
      await end();
      const outcomes = await Promise.all([1, 2, 3].map((at) => said(ada, room, `during ${at}`)));
      expect(outcomes).not.toContain("ack");
      await expect.poll(async () => (await health()).said, SOON).toMatchObject({ broker: { status: "cut off" } });
      await expect.poll(async () => (await health("/health/ready")).status, SOON).toBe(503);
      expect((await health()).status).toBe(200);
      expect(await said(ada, room, "later")).toBe("unavailable");
      // Whoever is there goes on: near the head one reads, signals, and sees who is there.
      const { messages } = await ada.request({ type: "history", room }, "history");
      expect(messages.map((entry) => (entry.type === "message" ? entry.content : ""))).toContain("before");
      bob.send({ type: "signal", room, name: "wave" });
      expect(await ada.next("signal", (signal) => signal.room === room)).toMatchObject({ sender: { id: "guest:bob" } });
      expect((await ada.request({ type: "members", room }, "members")).count).toBe(3);
      await begin();
      await insisted(ada, room, "during 1");
      await insisted(far, room, "after");
      for (const client of [ada, bob, far]) {
        await expect
          .poll(() => known(client, room), SOON)
          .toEqual(expect.arrayContaining(["before", "during 1", "after"]));
        expect(client.violations).toEqual([]);
      }
      await expect.poll(async () => (await health("/health/ready")).status, SOON).toBe(200);
      await expect.poll(() => believed(far, room), SOON).toEqual(["ada", "bob", "far"]);
    },
  );

  it("miss nothing where their connections to it are cut", async () => {
    const [ada, far] = [await member(0, "ada", "cut"), await member(1, "far", "cut")];
    const heard = (): readonly string[] => far.untaken("message").map(({ content }) => content);
    for (let round = 0; round < 5; round += 1) {
      await insisted(ada, "cut", `${round}`);
      await redis().say("CLIENT", "KILL", "TYPE", round % 2 === 0 ? "pubsub" : "normal", "SKIPME", "yes");
      await redis().say("CLIENT", "KILL", "TYPE", "pubsub");
      await insisted(ada, "cut", `${round} again`);
    }
    await expect.poll(heard, SOON).toEqual([0, 1, 2, 3, 4].flatMap((round) => [`${round}`, `${round} again`]));
    expect(far.violations).toEqual([]);
  });
});

/** All that a client has been shown of a room, and, where it was told to start afresh, what it then finds up to there. */
async function known(client: Client, room: string): Promise<readonly string[]> {
  const events = client.events.filter((event) => "room" in event && event.room === room);
  const live = events.flatMap(shown);
  const reset = events.findLast((event) => event.type === "reset");
  if (reset === undefined) return live;
  // What comes behind that place has to come by itself.
  const { messages } = await client.request({ type: "history", room }, "history");
  return [...live, ...contentsOf(messages.filter(({ seq }) => seq <= reset.seq))];
}

function shown(event: Client["events"][number]): readonly string[] {
  if (event.type === "message") return contentsOf([event]);
  return event.type === "joined" ? contentsOf(event.messages) : [];
}

function contentsOf(entries: EventOf<"history">["messages"]): readonly string[] {
  return entries.flatMap((entry) => ("content" in entry ? [entry.content] : []));
}
