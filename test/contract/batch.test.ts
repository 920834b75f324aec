import { describe, expect } from "vitest";
import { test } from "./contract-test.ts";
import { freshRoom, stage } from "./stage.ts";

const it = stage();
const protocols = ["greenroom.v1.batch"];

describe("batch", () => {
  test("is an array of events in every frame from the server", async () => {
    const client = await it.guest("ada", { protocols });
    expect(client.protocol).toBe("greenroom.v1.batch");
    // The client itself reports any frame that is no array, and any that is empty.
    await client.request({ type: "join", room: freshRoom() }, "joined");
    expect(client.violations).toEqual([]);
  });

  test("takes several commands in a frame, in their order", async () => {
    const room = freshRoom();
    const client = await it.guest("ada", { protocols });
    client.send([
      { type: "join", room, id: 1 },
      { type: "message", room, content: "a", id: 2 },
      { type: "message", content: "b", id: 3 },
      { type: "history", room, id: 4 },
    ]);
    expect(await client.next("joined")).toMatchObject({ id: 1 });
    expect(await client.take("ack", 2)).toMatchObject([
      { id: 2, seq: 1 },
      { id: 3, seq: 2 },
    ]);
    expect(await client.next("history")).toMatchObject({ id: 4, room });
  });

  test("takes a bare object for an array of one", async () => {
    const client = await it.guest("ada", { protocols });
    client.sendText('{"type":"ping","id":1}');
    expect(await client.next("pong")).toMatchObject({ id: 1 });
  });

  test("takes [] for nothing", async () => {
    const client = await it.guest("ada", { protocols });
    client.sendText("[]");
    client.sendText(" [ ] ");
    await client.settled();
    expect(client.events.map(({ type }) => type)).toEqual(["welcome", "pong"]);
  });

  test("answers a bad command alone and does the others", async () => {
    const room = freshRoom();
    const client = await it.member(room, "ada", { protocols });
    client.sendText(
      JSON.stringify([
        { type: "message", content: "a", id: 1 },
        { type: "message", content: 5, id: 2 },
        5,
        null,
        [],
        { type: "dance", id: 3 },
        { type: "message", content: "b", id: 4 },
      ]),
    );
    expect(await client.take("ack", 2)).toMatchObject([
      { id: 1, seq: 1 },
      { id: 4, seq: 2 },
    ]);
    const errors = await client.take("error", 5);
    expect(errors.map(({ code }) => code).toSorted()).toEqual([
      "bad_command",
      "bad_command",
      "bad_command",
      "bad_command",
      "unknown_type",
    ]);
    expect(errors.map(({ id }) => id).filter((id) => id !== undefined)).toEqual([2, 3]);
  });

  test("that is no JSON is bad_json once", async () => {
    const client = await it.guest("ada", { protocols });
    client.sendText('[{"type":"ping"},');
    expect((await client.next("error")).code).toBe("bad_json");
    await client.settled();
    expect(client.untaken("error")).toEqual([]);
  });

  test("of 256 commands is taken whole", async () => {
    const client = await it.guest("ada", { protocols });
    client.send(Array.from({ length: 256 }, (_, id) => ({ type: "ping", id })));
    const pongs = await client.take("pong", 256);
    expect(pongs.map(({ id }) => id)).toEqual(Array.from({ length: 256 }, (_, id) => id));
  });

  test("of 257 commands closes with 1009", async () => {
    const client = await it.guest("ada", { protocols });
    client.send(Array.from({ length: 257 }, () => ({ type: "ping" })));
    expect((await client.closed).code).toBe(1009);
    await it.stillServes();
  });

  test("of 256 KiB is taken, one of a byte more closes with 1009", async () => {
    const client = await it.guest("ada", { protocols });
    const limit = 256 * 1024;
    client.sendText('[{"type":"ping"}]'.padEnd(limit, " "));
    await client.next("pong");
    client.sendText('[{"type":"ping"}]'.padEnd(limit + 1, " "));
    expect((await client.closed).code).toBe(1009);
    await it.stillServes();
  });

  test("refuses one command of over 64 KiB alone, and does the others", async () => {
    const client = await it.guest("ada", { protocols });
    client.send([
      { type: "ping", padding: "x".repeat(65 * 1024), id: 1 },
      { type: "ping", id: 2 },
    ]);
    expect(await client.next("error")).toMatchObject({ id: 1, code: "bad_command" });
    expect(await client.next("pong")).toMatchObject({ id: 2 });
  });

  test("gathers what is said at once into few frames", async () => {
    const room = freshRoom();
    const client = await it.member(room, "ada", { protocols });
    let frames = 0;
    client.socket.on("message", () => frames++);
    client.send(Array.from({ length: 200 }, (_, at) => ({ type: "message", content: `${at}` })));
    await client.take("message", 200);
    await client.take("ack", 200);
    expect(frames).toBeLessThan(100);
  });

  test("members and plain members of a room see the same", async () => {
    const room = freshRoom();
    const [batched, plain] = [await it.member(room, "ada", { protocols }), await it.member(room, "bob")];
    await plain.request({ type: "message", room, content: "plain" }, "ack");
    await batched.request({ type: "message", room, content: "batched" }, "ack");
    const seen = async (client: typeof plain) =>
      (await client.take("message", 2)).map(({ key: _, ...message }) => message);
    expect(await seen(batched)).toEqual(await seen(plain));
  });
});
