import { describe, expect, test } from "vitest";
import { FakeWorld } from "./fake-server.ts";

describe("what a client says in one turn", () => {
  test("goes in one frame in the batch form", async () => {
    const world = new FakeWorld();
    const client = world.connect();
    for (const name of ["lobby", "stage", "attic"]) client.room(name);
    const socket = await world.welcome();
    expect(socket.frames.map((frame) => JSON.parse(frame).map(({ room }: { readonly room: string }) => room))).toEqual([
      ["lobby", "stage", "attic"],
    ]);
  });

  test("goes in a frame each where the server speaks the plain form", async () => {
    const world = new FakeWorld();
    const client = world.connect();
    for (const name of ["lobby", "stage"]) client.room(name);
    const socket = await world.welcome({ protocol: "greenroom.v1" });
    expect(socket.frames.map((frame) => JSON.parse(frame).room)).toEqual(["lobby", "stage"]);
  });

  test("fills no frame with more than 256 commands", async () => {
    const world = new FakeWorld();
    const client = world.connect();
    for (let at = 0; at < 300; at += 1) client.room(`room-${at}`);
    const socket = await world.welcome();
    expect(socket.frames.map((frame) => JSON.parse(frame).length)).toEqual([150, 150]);
    expect(socket.take("join").map(({ room }) => room)).toEqual(Array.from({ length: 300 }, (_, at) => `room-${at}`));
  });

  test("fills no frame with more than 256 KiB", async () => {
    const world = new FakeWorld();
    const client = world.connect();
    const rooms = Array.from({ length: 40 }, (_, at) => client.room(`room-${at}`));
    const socket = await world.welcome();
    await world.letIn();
    const before = socket.frames.length;
    for (const room of rooms) room.publish("€".repeat(1_000), { data: "€".repeat(4_000) });
    await world.settle();
    const frames = socket.frames.slice(before);
    expect(frames.length).toBeGreaterThan(1);
    for (const frame of frames) expect(new TextEncoder().encode(frame).length).toBeLessThanOrEqual(262_144);
    expect(socket.take("message")).toHaveLength(40);
  });

  test("is understood however the server puts it", async () => {
    const world = new FakeWorld();
    const client = world.connect();
    const socket = await world.welcome();
    socket.sayRaw('{"type":"draining","reconnect":5}');
    expect(client.snapshot().status.type).toBe("draining");
  });
});

describe("a server that does not say JSON", () => {
  test("is left, and tried again", async () => {
    const world = new FakeWorld();
    const client = world.connect();
    const socket = await world.welcome();
    socket.sayRaw("<html>");
    expect(socket.closed).toBeDefined();
    expect(client.snapshot().status).toMatchObject({ type: "waiting", reason: "not JSON" });
  });

  test("may say bytes, which are nothing to this client", async () => {
    const world = new FakeWorld();
    const client = world.connect();
    const socket = await world.welcome();
    socket.sayRaw(new ArrayBuffer(8));
    socket.say({ type: "novelty", of: "another version" });
    expect(client.snapshot().status.type).toBe("live");
  });
});
