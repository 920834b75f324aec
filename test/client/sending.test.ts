import { describe, expect, test } from "vitest";
import type { Client, Room } from "../../src/client/mod.ts";
import { ada, entry, entryOf, FakeWorld, type Said } from "./fake-server.ts";

interface Stage {
  readonly world: FakeWorld;
  readonly client: Client;
  readonly lobby: Room;
  /** Takes the one message that was sent. */
  sent(): Promise<Said>;
  /** What is shown, in few words. */
  shown(): readonly string[];
  /** Refuses a message. */
  refuse(command: Said, error: object): Promise<void>;
}

async function stage(): Promise<Stage> {
  const world = new FakeWorld();
  const client = world.connect();
  const lobby = client.room("lobby");
  await world.welcome();
  await world.letIn();
  return {
    world,
    client,
    lobby,
    async sent() {
      await world.settle();
      return world.socket.single("message");
    },
    shown: () => lobby.snapshot().messages.map(({ state, content, seq = "-" }) => `${seq} ${content} ${state}`),
    async refuse({ id }, error) {
      world.socket.say({ type: "error", id, room: "lobby", message: "no", ...error });
      await world.settle();
    },
  };
}

describe("publish()", () => {
  test("shows a message at once, and under the same id when it has come into the log", async () => {
    const { world, lobby, sent, shown } = await stage();
    lobby.publish("hi", { data: { mood: 1 } });
    const [sending] = lobby.snapshot().messages;
    expect(sending).toMatchObject({ state: "sending", own: true, content: "hi", data: { mood: 1 } });
    expect(sending?.sender).toMatchObject({ id: "guest:ada", name: "ada" });
    world.socket.say(entryOf(await sent(), 1));
    expect(shown()).toEqual(["1 hi sent"]);
    const [there] = lobby.snapshot().messages;
    expect(there).toMatchObject({ id: sending?.id, own: true, data: { mood: 1 }, at: 1 });
  });

  test.each(["ack before entry", "entry before ack", "both at once"])("shows it once, %s", async (order) => {
    const { world, lobby, sent, shown } = await stage();
    const { done } = lobby.publish("hi");
    const command = await sent();
    const ack = { type: "ack", id: command.id, room: "lobby", seq: 1 };
    const own = entryOf(command, 1);
    if (order === "both at once") world.socket.say(ack, own);
    else {
      world.socket.say(order === "ack before entry" ? ack : own);
      expect(shown()).toEqual(["1 hi sent"]);
      world.socket.say(order === "ack before entry" ? own : ack);
    }
    expect(shown()).toEqual(["1 hi sent"]);
    expect(await done).toEqual({ seq: 1 });
  });

  test("keeps an acknowledged message behind what comes before it", async () => {
    const { world, lobby, sent, shown } = await stage();
    lobby.publish("hi");
    const command = await sent();
    world.socket.say({ type: "ack", id: command.id, room: "lobby", seq: 3 }, entry(1), entry(2));
    expect(shown()).toEqual(["1 entry 1 sent", "2 entry 2 sent", "3 hi sent"]);
    world.socket.say(entryOf(command, 3));
    expect(shown()).toEqual(["1 entry 1 sent", "2 entry 2 sent", "3 hi sent"]);
  });

  test("sends one after the other, in order", async () => {
    const { world, lobby, sent } = await stage();
    for (const content of ["one", "two", "three"]) lobby.publish(content);
    for (const [at, content] of ["one", "two", "three"].entries()) {
      const command = await sent();
      expect(command["content"]).toBe(content);
      world.socket.say({ type: "ack", id: command.id, room: "lobby", seq: at + 1 });
    }
  });

  test("gives every message a key of its own", async () => {
    const { lobby, client } = await stage();
    const keys = [lobby.publish("one").key, lobby.publish("one").key, client.room("stage").publish("one").key];
    expect(new Set(keys).size).toBe(3);
    for (const key of keys) expect(key).toMatch(/^.{4,64}$/);
  });

  test("is said under the name that was asked for, until the server has welcomed one", () => {
    const lobby = new FakeWorld().connect({ name: "ada" }).room("lobby");
    lobby.publish("early");
    expect(lobby.snapshot().messages[0]?.sender.name).toBe("ada");
  });

  test("waits for a connection, and for the room", async () => {
    const world = new FakeWorld();
    const lobby = world.connect().room("lobby");
    lobby.publish("early");
    const socket = await world.welcome();
    expect(socket.take("message")).toHaveLength(0);
    await world.letIn();
    expect(socket.single("message")).toMatchObject({ content: "early" });
  });
});

describe("a message without an answer", () => {
  test("is sent again under its key on the next connection", async () => {
    const { world, lobby, sent, shown } = await stage();
    const { done, key } = lobby.publish("hi");
    await sent();
    world.socket.end();
    expect(shown()).toEqual(["- hi sending"]);
    await world.advance(1_000);
    await world.welcome();
    await world.letIn({ recovered: true });
    const again = await sent();
    expect(again).toMatchObject({ key, content: "hi" });
    world.socket.say({ type: "ack", id: again.id, room: "lobby", seq: 1, duplicate: true });
    expect(await done).toEqual({ seq: 1 });
  });

  test("is not sent again where its entry has come meanwhile", async () => {
    const { world, lobby, sent, shown } = await stage();
    const { done } = lobby.publish("hi");
    const command = await sent();
    world.socket.end();
    await world.advance(1_000);
    await world.welcome();
    await world.letIn({ recovered: true, seq: 1, messages: [entryOf(command, 1)] });
    expect(world.socket.take("message")).toHaveLength(0);
    expect(shown()).toEqual(["1 hi sent"]);
    expect(await done).toEqual({ seq: 1 });
  });

  test("is not shown beside its entry, should an older page bring that", async () => {
    const { world, lobby, sent, shown } = await stage();
    lobby.publish("hi");
    const command = await sent();
    world.socket.end();
    await world.advance(1_000);
    await world.welcome();
    await world.letIn({ recovered: false, epoch: "one", seq: 2, oldest: 1, messages: [entry(2)] });
    expect(shown()).toEqual(["2 entry 2 sent", "- hi sending"]);
    const older = lobby.older();
    await world.settle();
    const { id } = world.socket.single("history");
    const messages = [entryOf(command, 1)];
    world.socket.say({ type: "history", id, room: "lobby", epoch: "one", messages, more: false, oldest: 1 });
    expect(await older).toBe(false);
    expect(shown()).toEqual(["1 hi sent", "2 entry 2 sent"]);
  });

  test("gives way where it stands in the log before what is shown", async () => {
    const { world, lobby, sent, shown } = await stage();
    lobby.publish("hi");
    await sent();
    world.socket.end();
    await world.advance(1_000);
    await world.welcome();
    await world.letIn({ recovered: false, seq: 9, oldest: 1, messages: [entry(9)] });
    const again = await sent();
    world.socket.say({ type: "ack", id: again.id, room: "lobby", seq: 4, duplicate: true });
    expect(shown()).toEqual(["9 entry 9 sent"]);
  });
});

describe("a message that could not be taken at present", () => {
  test.each([
    ["unavailable", { code: "unavailable" }],
    ["overloaded", { code: "overloaded" }],
    ["rate_limited", { code: "rate_limited" }],
    ["of unknown outcome", { code: "internal", unknown: true }],
  ])("is sent again under its key, after a wait, when it was %s", async (_, error) => {
    const { world, lobby, sent, shown, refuse } = await stage();
    const { key } = lobby.publish("hi");
    await refuse(await sent(), { ...error, retryAfter: 2_000 });
    expect(shown()).toEqual(["- hi sending"]);
    await world.advance(2_000);
    expect(world.socket.take("message")).toHaveLength(0);
    await world.advance(500);
    expect(await sent()).toMatchObject({ key, content: "hi" });
  });

  test("holds up those behind it, which keep their order", async () => {
    const { world, lobby, sent, refuse } = await stage();
    lobby.publish("one");
    lobby.publish("two");
    await refuse(await sent(), { code: "rate_limited", retryAfter: 500 });
    await world.advance(1_000);
    const one = await sent();
    expect(one["content"]).toBe("one");
    world.socket.say({ type: "ack", id: one.id, room: "lobby", seq: 1 });
    expect((await sent())["content"]).toBe("two");
  });

  test("waits longer each time", async () => {
    const { world, lobby, sent, refuse } = await stage();
    lobby.publish("hi");
    for (const waitMs of [500, 1_000, 2_000, 4_000]) {
      await refuse(await sent(), { code: "unavailable" });
      await world.advance(waitMs - 1);
      expect(world.socket.take("message")).toHaveLength(0);
      await world.advance(1);
    }
    await sent();
  });

  test("is sent once where its connection was lost during the wait", async () => {
    const { world, lobby, sent, refuse } = await stage();
    lobby.publish("hi");
    await refuse(await sent(), { code: "unavailable", retryAfter: 5_000 });
    world.socket.end();
    await world.advance(1_000);
    await world.welcome();
    await world.letIn({ recovered: true });
    await sent();
    await world.advance(10_000);
    expect(world.socket.take("message")).toHaveLength(0);
  });
});

describe("a message that was refused", () => {
  test.each(["muted", "forbidden", "bad_command", "too_large", "internal"])(
    "fails visibly when it was %s",
    async (code) => {
      const { lobby, sent, refuse } = await stage();
      const { done } = lobby.publish("hi");
      await refuse(await sent(), { code, message: "why", issues: ["content"] });
      const [message] = lobby.snapshot().messages;
      expect(message).toMatchObject({ state: "failed", content: "hi", failure: { code, message: "why" } });
      await expect(done).rejects.toMatchObject({ name: "Refusal", code, cause: { issues: ["content"] } });
    },
  );

  test("fails by itself when it is so long that the server would close the connection over it", async () => {
    const { world, lobby, shown } = await stage();
    const { done } = lobby.publish("€".repeat(30_000));
    await expect(done).rejects.toMatchObject({ code: "bad_command" });
    expect(world.socket.take("message")).toHaveLength(0);
    expect(lobby.signal("wave", "€".repeat(30_000))).toBe(false);
    lobby.publish("short");
    await world.settle();
    expect(world.socket.single("message")).toMatchObject({ content: "short" });
    expect(shown()).toHaveLength(2);
  });

  test("lets those behind it go on, and stands behind them once it is sent again", async () => {
    const { world, lobby, sent, refuse, shown } = await stage();
    const { key } = lobby.publish("one");
    lobby.publish("two");
    await refuse(await sent(), { code: "muted" });
    const two = await sent();
    expect(shown()).toEqual(["- one failed", "- two sending"]);
    const again = lobby.retry(key);
    expect(again?.key).toBe(key);
    expect(shown()).toEqual(["- two sending", "- one sending"]);
    world.socket.say({ type: "ack", id: two.id, room: "lobby", seq: 1 });
    const one = await sent();
    expect(one).toMatchObject({ key, content: "one" });
    world.socket.say({ type: "ack", id: one.id, room: "lobby", seq: 2 });
    expect(await again?.done).toEqual({ seq: 2 });
  });

  test("can be taken out of the list", async () => {
    const { lobby, sent, refuse, shown } = await stage();
    const { key } = lobby.publish("hi");
    await refuse(await sent(), { code: "muted" });
    expect(lobby.discard(key)).toBe(true);
    expect(shown()).toEqual([]);
    expect(lobby.retry(key)).toBeUndefined();
  });
});

describe("discard()", () => {
  test("takes back what was never said, and not what may be in the log", async () => {
    const { world, lobby, sent, shown } = await stage();
    const one = lobby.publish("one");
    const two = lobby.publish("two");
    const command = await sent();
    expect(lobby.discard(one.key)).toBe(false);
    expect(lobby.discard(two.key)).toBe(true);
    await expect(two.done).rejects.toMatchObject({ code: "discarded" });
    world.socket.say({ type: "ack", id: command.id, room: "lobby", seq: 1 });
    await world.advance(1_000);
    expect(world.socket.take("message")).toHaveLength(0);
    expect(shown()).toEqual(["1 one sent"]);
  });

  test("knows nothing of what it does not know", async () => {
    const { lobby } = await stage();
    expect(lobby.discard("nothing")).toBe(false);
    expect(lobby.retry("nothing")).toBeUndefined();
  });
});

describe("what was not sent", () => {
  test.each([
    ["the room is left", "left", ({ lobby }: Stage) => lobby.leave()],
    ["one is kicked", "kicked", ({ world }: Stage) => world.socket.say({ type: "kicked", room: "lobby" })],
    ["the client is closed", "closed", ({ client }: Stage) => client.close()],
    ["the server bans one", "closed", ({ world }: Stage) => world.socket.end(4403)],
  ])("fails when %s", async (_, code, happen) => {
    const whole = await stage();
    const { done } = whole.lobby.publish("hi");
    await whole.sent();
    happen(whole);
    await expect(done).rejects.toMatchObject({ code });
    expect(whole.lobby.snapshot().messages).toMatchObject([{ state: "failed", failure: { code } }]);
  });

  test("can be sent again once the client is told to come back", async () => {
    const { world, client, lobby, sent } = await stage();
    const { key } = lobby.publish("hi");
    await sent();
    world.socket.end(4403);
    client.reconnect();
    await world.welcome();
    await world.letIn({ recovered: true });
    expect(world.socket.take("message")).toHaveLength(0);
    lobby.retry(key);
    expect(await sent()).toMatchObject({ key });
  });
});

test("a message of another connection of one's own is one's own", async () => {
  const { world, lobby } = await stage();
  world.socket.say(entry(1, { sender: { id: ada.id, name: ada.name }, key: "elsewhere" }), entry(2));
  expect(lobby.snapshot().messages.map(({ own }) => own)).toEqual([true, false]);
});
