import { describe, expect } from "vitest";
import { test } from "./contract-test.ts";
import { freshRoom, stage } from "./stage.ts";

const { guest, open } = stage();

describe("pipelining", () => {
  test("a message behind its join is published", async () => {
    const room = freshRoom();
    const client = await open();
    client.send({ type: "join", room, username: "ada" });
    client.send({ type: "message", room, content: "hi" });
    await client.next("joined");
    expect(await client.next("message")).toMatchObject({ room, seq: 1, content: "hi", sender: { name: "ada" } });
    expect(client.untaken("error")).toEqual([]);
  });

  test("a message without a room behind the only join is published in it", async () => {
    const room = freshRoom();
    const client = await open();
    client.send({ type: "join", room });
    client.send({ type: "message", content: "hi" });
    expect((await client.next("message")).room).toBe(room);
  });

  test("commands behind a join are answered in their order", async () => {
    const room = freshRoom();
    const client = await open();
    client.send({ type: "join", room, id: 1 });
    client.send({ type: "message", room, content: "a", id: 2 });
    client.send({ type: "history", room, id: 3 });
    client.send({ type: "members", room, id: 4 });
    client.send({ type: "leave", room, id: 5 });
    client.send({ type: "message", room, content: "b", id: 6 });
    expect(await client.next("joined")).toMatchObject({ id: 1 });
    expect(await client.next("ack")).toMatchObject({ id: 2, seq: 1 });
    expect(await client.next("history")).toMatchObject({ id: 3 });
    expect(await client.next("members")).toMatchObject({ id: 4, count: 1 });
    expect(await client.next("left")).toMatchObject({ id: 5 });
    expect(await client.next("error")).toMatchObject({ id: 6, code: "not_joined" });
  });

  test("join, leave and join again end in the room", async () => {
    const room = freshRoom();
    const client = await open();
    for (let round = 0; round < 20; round++) client.send({ type: round % 2 === 0 ? "join" : "leave", room });
    client.send({ type: "join", room });
    await client.take("joined", 11);
    expect((await client.request({ type: "message", room, content: "in" }, "ack")).seq).toBe(1);
  });

  test("a message behind a join from the URL is published", async () => {
    const room = freshRoom();
    const client = await open(`/ws/${room}?name=ada`);
    client.send({ type: "message", content: "hi" });
    expect(await client.next("message")).toMatchObject({ room, content: "hi" });
  });

  test("a refused join does not hold up what follows", async () => {
    const room = freshRoom();
    const client = await guest();
    client.send({ type: "join", room: "-bad", id: 1 });
    client.send({ type: "join", room, id: 2 });
    expect(await client.next("error")).toMatchObject({ id: 1 });
    expect(await client.next("joined")).toMatchObject({ id: 2 });
  });
});
