import { describe, expect } from "vitest";
import { test } from "./contract-test.ts";
import { freshRoom, stage } from "./stage.ts";

const it = stage();

describe("the bound of a command", () => {
  test("lets 64 KiB pass and closes with 1009 at one byte more", async () => {
    const client = await it.guest();
    client.sendText('{"type":"ping"}'.padEnd(64 * 1024, " "));
    await client.next("pong");
    client.sendText('{"type":"ping"}'.padEnd(64 * 1024 + 1, " "));
    expect((await client.closed).code).toBe(1009);
    await it.stillServes();
  });

  test("is counted in bytes", async () => {
    const client = await it.guest();
    client.sendText(`{"type":"ping","padding":"${"語".repeat(22_000)}"}`);
    expect((await client.closed).code).toBe(1009);
  });

  test("closes the connection that broke it and no other", async () => {
    const room = freshRoom();
    const [ada, bob] = [await it.member(room), await it.member(room)];
    ada.sendText("x".repeat(100_000));
    expect((await ada.closed).code).toBe(1009);
    await bob.request({ type: "message", room, content: "alone" }, "ack");
  });

  test("stands in welcome.limits", async () => {
    const { limits } = await (await it.open()).next("welcome");
    expect(Object.values(limits)).toEqual(expect.arrayContaining([64 * 1024, 256 * 1024, 1_000]));
  });
});

describe("binary frames", () => {
  for (const bytes of [0, 1, 1_000]) {
    test(`of ${bytes} bytes that nobody announced close with 1003`, async () => {
      const client = await it.guest();
      client.socket.send(Buffer.alloc(bytes), { binary: true });
      expect((await client.closed).code).toBe(1003);
      await it.stillServes();
    });
  }

  test("of a command in JSON are no command", async () => {
    const client = await it.guest();
    client.socket.send(Buffer.from('{"type":"ping"}'), { binary: true });
    expect((await client.closed).code).toBe(1003);
    expect(client.untaken("pong")).toEqual([]);
  });
});

describe("rooms of a connection", () => {
  test("are at most 100: one more is room_full, and leaving one makes place", async () => {
    const client = await it.guest();
    const rooms = Array.from({ length: 101 }, () => freshRoom("full"));
    for (const room of rooms.slice(0, 100)) client.send({ type: "join", room });
    await client.take("joined", 100);
    const last = rooms[100];
    expect(await client.request({ type: "join", room: last }, "error")).toMatchObject({
      code: "room_full",
      room: last,
    });
    await client.request({ type: "leave", room: rooms[0] }, "left");
    await client.request({ type: "join", room: last }, "joined");
  });
});
