import { describe, expect, test } from "vitest";
import type { Client, Room } from "../../src/client/mod.ts";
import { entry, FakeWorld, type Said } from "./fake-server.ts";

interface Stage {
  readonly world: FakeWorld;
  readonly client: Client;
  readonly lobby: Room;
  /** Loses the connection, and has the next one welcomed. */
  comeBack(): Promise<void>;
  seqs(): readonly (number | undefined)[];
}

async function stage(joined: object = {}, options: Parameters<FakeWorld["connect"]>[0] = {}): Promise<Stage> {
  const world = new FakeWorld();
  const client = world.connect(options);
  const lobby = client.room("lobby");
  await world.welcome();
  await world.letIn(joined);
  return {
    world,
    client,
    lobby,
    async comeBack() {
      world.socket.end();
      await world.advance(1_000);
      await world.welcome();
    },
    seqs: () => lobby.snapshot().messages.map(({ seq }) => seq),
  };
}

const three = { seq: 3, messages: [entry(2), entry(3)], oldest: 1 };

describe("room()", () => {
  test("is the same object until the room is left", async () => {
    const { client, lobby } = await stage();
    expect(client.room("lobby")).toBe(lobby);
    lobby.leave();
    expect(client.room("lobby")).not.toBe(lobby);
  });

  test("asks for as much history as is wished, and as the server gives", async () => {
    const world = new FakeWorld();
    world.connect({ history: 120 }).room("lobby");
    await world.welcome({ limits: { historyEntries: 100 } });
    expect(await world.letIn()).toMatchObject({ room: "lobby", history: 100 });
  });

  test("joins at once where there is a connection already", async () => {
    const { world, client } = await stage();
    client.room("stage");
    expect(await world.letIn()).toMatchObject({ room: "stage" });
    expect(client.room("stage").snapshot().status.type).toBe("live");
  });

  test("shows what it was let in with", async () => {
    const { lobby } = await stage({ ...three, state: { topic: "tea" } });
    expect(lobby.snapshot()).toMatchObject({
      name: "lobby",
      status: { type: "live" },
      messages: [{ seq: 2, own: false, state: "sent", content: "entry 2" }, { seq: 3 }],
      more: true,
      members: [{ id: "guest:ada" }],
      partial: false,
      count: 1,
      values: { topic: "tea" },
      grants: ["read", "write", "signal"],
      epoch: "one",
      seq: 3,
    });
  });
});

describe("a join that is refused", () => {
  test.each(["unavailable", "overloaded", "rate_limited"])(
    "is tried again after a wait, when it is %s",
    async (code) => {
      const world = new FakeWorld();
      const lobby = world.connect().room("lobby");
      const socket = await world.welcome();
      const { id } = socket.single("join");
      socket.say({ type: "error", id, room: "lobby", code, message: "no", retryAfter: 3_000 });
      await world.advance(3_499);
      expect(socket.take("join")).toHaveLength(0);
      await world.advance(1);
      await world.letIn();
      expect(lobby.snapshot().status.type).toBe("live");
    },
  );

  test("stays so for good, when it is forbidden, until the room is joined again", async () => {
    const world = new FakeWorld();
    const lobby = world.connect().room("lobby");
    const socket = await world.welcome();
    const { done } = lobby.publish("hi");
    socket.say({
      type: "error",
      id: socket.single("join").id,
      room: "lobby",
      code: "forbidden",
      message: "members only",
    });
    expect(lobby.snapshot().status).toEqual({ type: "refused", code: "forbidden", message: "members only" });
    await expect(done).rejects.toMatchObject({ code: "forbidden" });
    socket.end();
    await world.advance(1_000);
    await world.welcome();
    expect(world.socket.take("join")).toHaveLength(0);
    lobby.join();
    await world.letIn();
    expect(lobby.snapshot().status.type).toBe("live");
  });

  test("breaks the protocol where one is joined already, and the connection is made anew", async () => {
    const world = new FakeWorld();
    world.connect().room("lobby");
    const socket = await world.welcome();
    socket.say({ type: "error", id: socket.single("join").id, room: "lobby", code: "already_joined", message: "no" });
    expect(socket.closed).toBeDefined();
  });
});

describe("a room after a reconnect", () => {
  test("goes on exactly where it was", async () => {
    const { world, lobby, comeBack, seqs } = await stage(three);
    const events: string[] = [];
    lobby.addEventListener("message", ({ detail }) => events.push(`message ${detail.seq}`));
    lobby.addEventListener("reset", () => events.push("reset"));
    world.socket.say(entry(4));
    await comeBack();
    expect(lobby.snapshot().status.type).toBe("joining");
    const join = await world.letIn({ recovered: true, seq: 6, messages: [entry(5), entry(6)] });
    expect(join).toMatchObject({ since: { epoch: "one", seq: 4 } });
    world.socket.say(entry(7));
    expect(seqs()).toEqual([2, 3, 4, 5, 6, 7]);
    expect(events).toEqual(["message 4", "message 5", "message 6", "message 7"]);
  });

  test.each([
    ["one", "trimmed"],
    ["two", "epoch"],
  ])("begins anew where that is not to be had: epoch %s, %s", async (epoch, reason) => {
    const { world, lobby, comeBack, seqs } = await stage(three);
    const resets: unknown[] = [];
    lobby.addEventListener("reset", ({ detail }) => resets.push(detail));
    await comeBack();
    await world.letIn({ recovered: false, epoch, seq: 9, messages: [entry(8), entry(9)], oldest: 8 });
    expect(seqs()).toEqual([8, 9]);
    expect(lobby.snapshot()).toMatchObject({ epoch, seq: 9, more: false });
    expect(resets).toMatchObject([{ type: "reset", epoch, seq: 9, oldest: 8, reason }]);
  });

  test("has its members and values as they are now", async () => {
    const { world, lobby, comeBack } = await stage({ state: { topic: "tea", mood: 1 } });
    await comeBack();
    await world.letIn({ recovered: true, members: [{ id: "bob", name: "Bob" }], state: { topic: "rain" } });
    expect(lobby.snapshot()).toMatchObject({ members: [{ id: "bob" }], values: { topic: "rain" } });
    expect(lobby.snapshot().values).not.toHaveProperty("mood");
  });
});

describe("an entry", () => {
  test("that came already is passed over", async () => {
    const { world, seqs } = await stage(three);
    world.socket.say(entry(3), entry(4), entry(4), entry(2));
    expect(seqs()).toEqual([2, 3, 4]);
    expect(world.socket.closed).toBeUndefined();
  });

  test("that leaves a gap has the connection made anew, from the last that came", async () => {
    const { world, client, seqs } = await stage(three);
    const { socket } = world;
    socket.say(entry(5), entry(6));
    expect(socket.closed).toBeDefined();
    expect(client.snapshot().status).toMatchObject({ type: "waiting", reason: "gap" });
    expect(seqs()).toEqual([2, 3]);
    await world.advance(1_000);
    await world.welcome();
    expect(await world.letIn({ recovered: true })).toMatchObject({ since: { epoch: "one", seq: 3 } });
  });

  test("that takes a message's content away leaves its place", async () => {
    const { world, lobby, seqs } = await stage(three);
    world.socket.say({ type: "redacted", room: "lobby", seq: 4, target: 2, by: "bob", at: 4 }, entry(5));
    expect(seqs()).toEqual([2, 3, 5]);
    const [redacted] = lobby.snapshot().messages;
    expect(redacted).toMatchObject({ seq: 2, redacted: true });
    expect(redacted).not.toHaveProperty("content");
    expect(lobby.snapshot().seq).toBe(5);
  });

  test("of another room, or of one that is not joined yet, changes nothing", async () => {
    const { world, client, seqs } = await stage(three);
    const attic = client.room("attic");
    world.socket.say(entry(1, { room: "attic" }), entry(4, { room: "cellar" }));
    expect(attic.snapshot().messages).toEqual([]);
    expect(seqs()).toEqual([2, 3]);
    expect(world.socket.closed).toBeUndefined();
  });
});

describe("reset", () => {
  test("drops what was shown, and brings the newest history there is", async () => {
    const { world, lobby, seqs } = await stage(three);
    world.socket.say({ type: "reset", room: "lobby", epoch: "two", seq: 7, oldest: 6, reason: "epoch" });
    expect(seqs()).toEqual([]);
    await world.settle();
    const { id, before } = world.socket.single("history");
    expect(before).toBe(8);
    const messages = [entry(6), entry(7)];
    world.socket.say({ type: "history", id, room: "lobby", epoch: "two", messages, more: false, oldest: 6 }, entry(8));
    expect(seqs()).toEqual([6, 7, 8]);
    expect(lobby.snapshot()).toMatchObject({ epoch: "two", more: false });
  });

  test("makes an answer void that belongs to what was before", async () => {
    const { world, lobby, seqs } = await stage(three);
    const older = lobby.older();
    await world.settle();
    const { id } = world.socket.single("history");
    world.socket.say({ type: "reset", room: "lobby", epoch: "two", seq: 2, oldest: 1, reason: "epoch" });
    world.socket.say({
      type: "history",
      id,
      room: "lobby",
      epoch: "one",
      messages: [entry(1)],
      more: false,
      oldest: 1,
    });
    await older;
    expect(seqs()).toEqual([]);
  });
});

describe("older()", () => {
  async function answer(world: FakeWorld, messages: readonly Said[], oldest: number): Promise<Said> {
    await world.settle();
    const command = world.socket.single("history");
    const more = (messages[0]?.seq as number | undefined) !== oldest;
    world.socket.say({ type: "history", id: command.id, room: "lobby", epoch: "one", messages, more, oldest });
    await world.settle();
    return command;
  }

  test("brings what comes before, until there is no more", async () => {
    const { world, lobby, seqs } = await stage({ seq: 9, messages: [entry(9)], oldest: 5 });
    const first = lobby.older(2);
    expect(await answer(world, [entry(7), entry(8)], 5)).toMatchObject({ before: 9, limit: 2 });
    expect(await first).toBe(true);
    const second = lobby.older();
    expect(await answer(world, [entry(5), entry(6)], 5)).toMatchObject({ before: 7, limit: 50 });
    expect(await second).toBe(false);
    expect(seqs()).toEqual([5, 6, 7, 8, 9]);
    expect(await lobby.older()).toBe(false);
    expect(world.socket.take("history")).toHaveLength(0);
  });

  test("asks once, however often it is called meanwhile", async () => {
    const { world, lobby } = await stage({ seq: 9, messages: [entry(9)], oldest: 1 });
    expect(lobby.older()).toBe(lobby.older());
    await world.settle();
    world.socket.single("history");
  });

  test("finds that nothing is left where the log was trimmed up to what is shown", async () => {
    const { world, lobby, seqs } = await stage({ seq: 9, messages: [entry(9)], oldest: 5 });
    const older = lobby.older();
    await answer(world, [], 9);
    expect(await older).toBe(false);
    expect(seqs()).toEqual([9]);
  });

  test("asks again on the next connection", async () => {
    const { world, lobby, comeBack, seqs } = await stage({ seq: 9, messages: [entry(9)], oldest: 1 });
    const older = lobby.older(1);
    await world.settle();
    await comeBack();
    await world.letIn({ recovered: true });
    await answer(world, [entry(8)], 1);
    expect(await older).toBe(true);
    expect(seqs()).toEqual([8, 9]);
  });

  test("rejects where the server refuses", async () => {
    const { world, lobby } = await stage({ seq: 9, messages: [entry(9)], oldest: 1 });
    const older = lobby.older();
    await world.settle();
    const { id } = world.socket.single("history");
    world.socket.say({ type: "error", id, room: "lobby", code: "forbidden", message: "no" });
    await expect(older).rejects.toMatchObject({ code: "forbidden" });
  });
});

describe("the messages of a room", () => {
  test("are no more than are kept, beside those that were asked for", async () => {
    const { world, lobby, seqs } = await stage({ seq: 3, messages: [entry(3)], oldest: 1 }, { keep: 3 });
    world.socket.say(...[4, 5, 6].map((seq) => entry(seq)));
    expect(seqs()).toEqual([4, 5, 6]);
    expect(lobby.snapshot().more).toBe(true);
    const older = lobby.older();
    await world.settle();
    const { id, before } = world.socket.single("history");
    expect(before).toBe(4);
    const messages = [entry(1), entry(2), entry(3)];
    world.socket.say({ type: "history", id, room: "lobby", epoch: "one", messages, more: false, oldest: 1 });
    await older;
    world.socket.say(entry(7));
    expect(seqs()).toEqual([2, 3, 4, 5, 6, 7]);
  });

  test("bear ids of their own, even where the log has taken a key twice", async () => {
    const { world, lobby } = await stage({ seq: 0 });
    const sender = { id: "guest:ada", name: "ada" };
    world.socket.say(entry(1, { sender, key: "k" }), entry(2, { sender, key: "k" }));
    expect(new Set(lobby.snapshot().messages.map(({ id }) => id)).size).toBe(2);
  });
});

describe("the status of a room", () => {
  test("says that it lags, and is live again", async () => {
    const { world, lobby } = await stage(three);
    world.socket.say({ type: "lagged", room: "lobby", seq: 3 });
    expect(lobby.snapshot().status.type).toBe("lagging");
    lobby.publish("hi");
    await world.settle();
    expect(world.socket.take("message")).toHaveLength(1);
    world.socket.say(entry(4), { type: "live", room: "lobby", seq: 4 });
    expect(lobby.snapshot().status.type).toBe("live");
  });

  test("says that one was kicked, and goes in again when it is told to", async () => {
    const { world, lobby, comeBack } = await stage(three);
    world.socket.say({ type: "kicked", room: "lobby", reason: "noise", until: 5 });
    expect(lobby.snapshot().status).toEqual({ type: "kicked", reason: "noise", until: 5 });
    await comeBack();
    expect(world.socket.take("join")).toHaveLength(0);
    lobby.join();
    expect(await world.letIn({ recovered: true })).toMatchObject({ since: { epoch: "one", seq: 3 } });
    expect(lobby.snapshot().status.type).toBe("live");
  });

  test("is joining again where the server does not know us there", async () => {
    const { world, lobby } = await stage(three);
    const { key } = lobby.publish("hi");
    await world.settle();
    const { id } = world.socket.single("message");
    world.socket.say({ type: "error", id, room: "lobby", code: "not_joined", message: "no" });
    expect(lobby.snapshot().status.type).toBe("joining");
    await world.letIn({ recovered: true });
    expect(world.socket.single("message")).toMatchObject({ key });
  });
});

describe("leave()", () => {
  test("tells the server, and hears no more of the room", async () => {
    const { world, client, lobby, seqs } = await stage(three);
    lobby.leave();
    expect(lobby.snapshot().status.type).toBe("left");
    await world.settle();
    const { id } = world.socket.single("leave");
    const again = client.room("lobby");
    world.socket.say(entry(4), { type: "left", id, room: "lobby" });
    await world.letIn({ seq: 5, messages: [entry(5)], oldest: 1 });
    expect(seqs()).toEqual([2, 3]);
    expect(again.snapshot().messages.map(({ seq }) => seq)).toEqual([5]);
  });

  test("is said again where the server had too much to do", async () => {
    const { world, lobby } = await stage(three);
    lobby.leave();
    await world.settle();
    const { id } = world.socket.single("leave");
    world.socket.say({ type: "error", id, room: "lobby", code: "overloaded", message: "no" });
    await world.advance(1_000);
    world.socket.single("leave");
  });

  test("needs no connection", () => {
    const lobby = new FakeWorld().connect().room("lobby");
    lobby.leave();
    lobby.leave();
    lobby.join();
    expect(lobby.snapshot().status.type).toBe("left");
  });
});

describe("what is said to a room", () => {
  test("is a signal only while it can be heard", async () => {
    const world = new FakeWorld();
    const lobby = world.connect().room("lobby");
    expect(lobby.signal("typing")).toBe(false);
    await world.welcome();
    expect(lobby.signal("typing")).toBe(false);
    await world.letIn();
    expect(lobby.signal("typing", { on: true })).toBe(true);
    await world.settle();
    expect(world.socket.single("signal")).toEqual({
      type: "signal",
      room: "lobby",
      name: "typing",
      data: { on: true },
    });
  });

  test("is a value of its state, until that was taken or refused", async () => {
    const { world, lobby } = await stage();
    const set = lobby.set({ topic: "tea" });
    await world.settle();
    const first = world.socket.single("set");
    expect(first).toMatchObject({ room: "lobby", values: { topic: "tea" } });
    world.socket.say({ type: "error", id: first.id, room: "lobby", code: "unavailable", message: "no" });
    await world.advance(1_000);
    world.socket.say({ type: "ack", id: world.socket.single("set").id, room: "lobby" });
    await set;
    const refused = lobby.set({ topic: "x" });
    await world.settle();
    world.socket.say({
      type: "error",
      id: world.socket.single("set").id,
      room: "lobby",
      code: "forbidden",
      message: "no",
    });
    await expect(refused).rejects.toMatchObject({ code: "forbidden" });
  });

  test("is a redaction", async () => {
    const { world, lobby } = await stage(three);
    const redact = lobby.redact(2, "spam");
    await world.settle();
    const { id, ...said } = world.socket.single("redact");
    expect(said).toEqual({ type: "redact", room: "lobby", seq: 2, reason: "spam" });
    world.socket.say({ type: "ack", id, room: "lobby", seq: 4 });
    await redact;
  });
});

test("values follow what is said of them, one by one", async () => {
  const { world, lobby } = await stage({ state: { topic: "tea", mood: 1 } });
  world.socket.say({ type: "state", room: "lobby", values: { mood: null, __proto__: 1, place: "here" } });
  world.socket.sayRaw('[{"type":"state","room":"lobby","values":{"__proto__":{"polluted":true}}}]');
  const { values } = lobby.snapshot();
  expect(Object.keys(values).sort()).toEqual(["__proto__", "place", "topic"]);
  expect(Object.getPrototypeOf(values)).toBe(Object.prototype);
  expect(({} as Record<string, unknown>)["polluted"]).toBeUndefined();
});

test("rooms() lists the rooms there are", async () => {
  const world = new FakeWorld();
  const client = world.connect();
  const listed = client.rooms({ prefix: "game" });
  const socket = await world.welcome();
  const { id, prefix } = socket.single("rooms");
  expect(prefix).toBe("game");
  socket.say({ type: "rooms", id, rooms: [{ room: "game-1", count: 2 }], cursor: "next" });
  expect(await listed).toMatchObject({ rooms: [{ room: "game-1", count: 2 }], cursor: "next" });
});
