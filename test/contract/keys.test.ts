import { describe, expect } from "vitest";
import { test } from "./contract-test.ts";
import { freshRoom, stage } from "./stage.ts";

const { member } = stage();

describe("message.key", () => {
  test("published again yields the same seq, marked as a duplicate, and one message", async () => {
    const room = freshRoom();
    const client = await member(room);
    const first = await client.request({ type: "message", room, content: "once", key: "k1" }, "ack");
    const again = await client.request({ type: "message", room, content: "other", key: "k1" }, "ack");
    expect(first).not.toHaveProperty("duplicate");
    expect(again).toMatchObject({ seq: first.seq, duplicate: true });
    const { messages } = await client.request({ type: "history", room }, "history");
    expect(messages).toMatchObject([{ seq: 1, content: "once" }]);
  });

  test("repeated while the first is under way yields one message", async () => {
    const room = freshRoom();
    const client = await member(room);
    for (let at = 0; at < 20; at++) client.send({ type: "message", room, content: `${at}`, key: "k" });
    const acks = await client.take("ack", 20);
    expect(new Set(acks.map(({ seq }) => seq)).size).toBe(1);
    expect(acks.filter(({ duplicate }) => duplicate !== true)).toHaveLength(1);
    expect((await client.request({ type: "history", room }, "history")).messages).toHaveLength(1);
  });

  test("is known through a reconnect", async () => {
    const room = freshRoom();
    const first = await member(room, "ada");
    await first.request({ type: "message", room, content: "once", key: "k" }, "ack");
    await first.close();
    const second = await member(room, "ada");
    expect(await second.request({ type: "message", room, content: "once", key: "k" }, "ack")).toMatchObject({
      seq: 1,
      duplicate: true,
    });
  });

  test("of another user is another message", async () => {
    const room = freshRoom();
    const [ada, bob] = [await member(room, "ada"), await member(room, "bob")];
    await ada.request({ type: "message", room, content: "a", key: "k" }, "ack");
    expect(await bob.request({ type: "message", room, content: "b", key: "k" }, "ack")).toMatchObject({ seq: 2 });
  });

  test("in another room is another message", async () => {
    const [one, two] = [freshRoom(), freshRoom()];
    const client = await member(one);
    await client.request({ type: "join", room: two }, "joined");
    await client.request({ type: "message", room: one, content: "a", key: "k" }, "ack");
    expect(await client.request({ type: "message", room: two, content: "a", key: "k" }, "ack")).not.toHaveProperty(
      "duplicate",
    );
  });

  test("is shown to its sender's connections alone", async () => {
    const room = freshRoom();
    const [ada, twin, bob] = [await member(room, "ada"), await member(room, "ada"), await member(room, "bob")];
    await ada.request({ type: "message", room, content: "a", key: "k" }, "ack");
    expect(await ada.next("message")).toHaveProperty("key", "k");
    expect(await twin.next("message")).toHaveProperty("key", "k");
    expect(await bob.next("message")).not.toHaveProperty("key");
    const shown = async (client: typeof ada) =>
      (await client.request({ type: "history", room }, "history")).messages[0];
    expect(await shown(bob)).not.toHaveProperty("key");
    expect(await shown(twin)).toHaveProperty("key", "k");
    expect((await member(room, "eve")).joined.messages[0]).not.toHaveProperty("key");
    expect((await member(room, "ada")).joined.messages[0]).toHaveProperty("key", "k");
  });

  for (const key of ["", "x".repeat(65), 5, null, {}]) {
    test(`of ${JSON.stringify(key).slice(0, 10)} is a bad_command`, async () => {
      const client = await member(freshRoom());
      expect(await client.request({ type: "message", content: "a", key }, "error")).toMatchObject({
        code: "bad_command",
        issues: ["key"],
      });
    });
  }

  for (const key of ["x".repeat(64), "__proto__", "constructor", "😀"]) {
    test(`of ${key.slice(0, 12)} is a key like any other`, async () => {
      const client = await member(freshRoom());
      expect(await client.request({ type: "message", content: "a", key }, "ack")).not.toHaveProperty("duplicate");
      expect(await client.request({ type: "message", content: "a", key }, "ack")).toHaveProperty("duplicate", true);
    });
  }
});
