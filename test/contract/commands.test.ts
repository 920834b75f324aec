import { describe, expect } from "vitest";
import { test } from "./contract-test.ts";
import { freshRoom, stage } from "./stage.ts";

const { guest, member } = stage();

describe("a command", () => {
  for (const id of ["a", "x".repeat(64), "__proto__", 0, 1, -5, 1.5, Number.MAX_SAFE_INTEGER]) {
    test(`gets its id ${JSON.stringify(id).slice(0, 12)} back as it was`, async () => {
      const client = await guest();
      client.send({ type: "ping", id });
      expect(await client.next("pong")).toHaveProperty("id", id);
    });
  }

  test("without an id is answered without one", async () => {
    const client = await guest();
    client.send({ type: "ping" });
    expect(await client.next("pong")).not.toHaveProperty("id");
  });

  for (const id of ["", "x".repeat(65), null, true, {}, []]) {
    test(`with the id ${JSON.stringify(id).slice(0, 12)} is a bad_command`, async () => {
      const client = await guest();
      client.send({ type: "ping", id });
      expect(await client.next("error")).toMatchObject({ code: "bad_command", issues: ["id"] });
    });
  }

  test("with an id used before is answered all the same", async () => {
    const client = await guest();
    for (let at = 0; at < 3; at++) client.send({ type: "ping", id: 1 });
    expect(await client.take("pong", 3, ({ id }) => id === 1)).toHaveLength(3);
  });

  test("may have fields that nobody knows", async () => {
    const client = await member(freshRoom());
    const ack = await client.request(
      { type: "message", content: "hi", colour: "blue", __proto__: null, constructor: 1, nested: { a: [] } },
      "ack",
    );
    expect(ack.seq).toBe(1);
    expect(await client.next("message")).not.toHaveProperty("colour");
  });

  for (const text of [
    "",
    " ",
    "hi",
    "{",
    "[",
    '{"type":"ping"',
    "{'type':'ping'}",
    '{"type":"ping",}',
    "undefined",
    "NaN",
    '\ufeff{"type":"ping"}',
    '{"type":"ping"}{"type":"ping"}',
    "\0",
  ]) {
    test(`of the text ${JSON.stringify(text)} is bad_json, and the connection stays`, async () => {
      const client = await guest();
      client.sendText(text);
      expect((await client.next("error")).code).toBe("bad_json");
      await client.settled();
    });
  }

  for (const text of [
    "5",
    '"ping"',
    "null",
    "true",
    "[]",
    '[{"type":"ping"}]',
    "{}",
    '{"type":5}',
    '{"type":null}',
    '{"type":["ping"]}',
    '{"Type":"ping"}',
  ]) {
    test(`that is ${text} is a bad_command, and the connection stays`, async () => {
      const client = await guest();
      client.sendText(text);
      expect((await client.next("error")).code).toBe("bad_command");
      await client.settled();
    });
  }

  for (const type of [
    "dance",
    "",
    "PING",
    "ping ",
    "__proto__",
    "constructor",
    "toString",
    "welcome",
    "x".repeat(10_000),
  ]) {
    test(`of type ${JSON.stringify(type).slice(0, 14)} is an unknown_type, and the connection stays`, async () => {
      const client = await guest();
      client.send({ type, id: 1 });
      expect(await client.next("error")).toMatchObject({ id: 1, code: "unknown_type" });
      await client.settled();
    });
  }

  for (const command of [
    { type: "redact", room: "lobby", seq: 1 },
    { type: "kick", room: "lobby", user: "guest:ada" },
    { type: "ban", room: "lobby", user: "guest:ada" },
    { type: "unban", room: "lobby", user: "guest:ada" },
    { type: "mute", room: "lobby", user: "guest:ada" },
    { type: "unmute", room: "lobby", user: "guest:ada" },
  ]) {
    test(`of moderators, ${command.type}, is not_joined outside the room`, async () => {
      const client = await guest();
      expect(await client.request(command, "error")).toMatchObject({ code: "not_joined", room: "lobby" });
    });

    test(`of moderators, ${command.type}, is forbidden to a guest in the room`, async () => {
      const room = freshRoom();
      const client = await member(room);
      const code = command.type === "redact" ? "not_found" : "forbidden"; // one may redact one's own, if there is any
      expect(await client.request({ ...command, room }, "error")).toMatchObject({ code, room });
    });
  }

  test("that is wrong in several fields names each", async () => {
    const client = await member(freshRoom());
    const { issues } = await client.request(
      { type: "message", content: 5, key: "", data: "x".repeat(20_000) },
      "error",
    );
    expect(issues?.toSorted()).toEqual(["content", "data", "key"]);
  });

  test("that failed is forgotten: nothing of it is heard", async () => {
    const room = freshRoom();
    const [ada, bob] = [await member(room), await member(room)];
    for (const content of ["", 5, "x".repeat(1_001)]) ada.send({ type: "message", room, content });
    await ada.request({ type: "message", room, content: "good" }, "ack");
    expect(await bob.next("message")).toMatchObject({ seq: 1, content: "good" });
  });

  test("with a field given twice is taken by its last", async () => {
    const room = freshRoom();
    const client = await member(room);
    client.sendText(`{"type":"message","room":"${room}","content":"first","content":"last"}`);
    expect((await client.next("message")).content).toBe("last");
  });

  test("with __proto__ changes nobody's prototype", async () => {
    const room = freshRoom();
    const client = await member(room);
    client.sendText('{"type":"message","content":"hi","__proto__":{"key":"injected","id":9}}');
    expect(await client.next("message")).not.toHaveProperty("key");
    expect(await client.next("ack")).not.toHaveProperty("id");
    client.sendText('{"__proto__":{"type":"ping"}}');
    expect((await client.next("error")).code).toBe("bad_command");
  });

  test("of which every field has the wrong type is answered, whatever the type", async () => {
    const client = await member(freshRoom());
    const wrong = [null, true, 0, -1, 1e308, "", "\u0000", [], [[]], {}, { type: "x" }];
    const fields = {
      join: ["room", "username", "since", "history"],
      leave: ["room"],
      message: ["room", "content", "key"],
      chat: ["room", "content", "key"],
      signal: ["room", "name"],
      history: ["room", "before", "after", "limit"],
      members: ["room", "limit", "cursor"],
      rooms: ["prefix", "limit", "cursor"],
      ping: ["id"],
    };
    for (const [type, names] of Object.entries(fields)) {
      for (const name of names) for (const value of wrong) client.send({ type, [name]: value });
    }
    await client.settled();
    expect(client.events.filter((event) => event.type === "error" && event.code === "internal")).toEqual([]);
  });

  test("of depth is answered, and its stack does not overflow", async () => {
    const client = await member(freshRoom());
    client.sendText(`{"type":"message","content":"x","data":${"[".repeat(10_000)}${"]".repeat(10_000)}}`);
    expect((await client.next("error")).code).toMatch(/^bad_(command|json)$/);
    client.sendText(`${'{"a":'.repeat(9_000)}1${"}".repeat(9_000)}`);
    expect((await client.next("error")).code).toMatch(/^bad_(command|json)$/);
    client.sendText("[".repeat(60_000));
    expect((await client.next("error")).code).toBe("bad_json");
  });

  test("of 64 KiB of digits is answered", async () => {
    const client = await guest();
    client.sendText("9".repeat(65_000));
    expect((await client.next("error")).code).toBe("bad_command");
    client.sendText(`{"type":"ping","id":${"9".repeat(65_000)}}`);
    await client.next("error");
    await client.settled();
  });

  test("refused never tells a stack or a path", async () => {
    const client = await guest();
    for (const text of ["{", '{"type":"join","room":{"a":1}}', '{"type":"dance"}', '{"type":"message","content":"x"}'])
      client.sendText(text);
    const errors = await client.take("error", 4);
    for (const { message } of errors) expect(message).not.toMatch(/\.ts|node_modules| at |\/work|file:/);
  });
});
