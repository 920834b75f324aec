import { describe, expect, test } from "vitest";
import type { Client } from "../../src/client/mod.ts";
import { FakeWorld } from "./fake-server.ts";

async function live(): Promise<{ readonly world: FakeWorld; readonly client: Client }> {
  const world = new FakeWorld();
  const client = world.connect();
  await world.welcome({ heartbeat: 10_000 });
  return { world, client };
}

describe("a live client", () => {
  test("pings every heartbeat", async () => {
    const { world } = await live();
    const { socket } = world;
    for (let beats = 1; beats <= 5; beats += 1) {
      await world.advance(9_999);
      expect(socket.take("ping")).toHaveLength(0);
      await world.advance(1);
      expect(socket.take("ping")).toHaveLength(1);
      socket.say({ type: "pong", heads: {} });
    }
    expect(world.sockets).toHaveLength(1);
  });

  test("takes silence of more than two heartbeats for death", async () => {
    const { world, client } = await live();
    await world.advance(20_000);
    expect(client.snapshot().status.type).toBe("live");
    await world.advance(10_000);
    expect(world.sockets[0]?.closed).toBeDefined();
    expect(client.snapshot().status).not.toMatchObject({ type: "live" });
  });

  test("doubts itself, and not the connection, when its own clock has stood still", async () => {
    const { world, client } = await live();
    await world.leap(100_000);
    expect(client.snapshot().status.type).toBe("live");
    world.socket.say({ type: "pong", heads: {} });
    await world.advance(6_000);
    expect(client.snapshot().status.type).toBe("live");
  });

  test("gives a connection up that does not answer once it woke", async () => {
    const { world, client } = await live();
    await world.look();
    expect(world.socket.take("ping")).toHaveLength(1);
    await world.advance(4_999);
    expect(client.snapshot().status.type).toBe("live");
    await world.advance(1);
    expect(world.sockets[0]?.closed).toBeDefined();
    await world.advance(1_000);
    expect(world.sockets).toHaveLength(2);
  });

  test("looks whether its connection lives when it is told that there is no network", async () => {
    const { world, client } = await live();
    world.online = false;
    await world.look();
    await world.advance(5_000);
    expect(client.snapshot().status.type).toBe("offline");
  });
});

describe("a client that waits", () => {
  async function waiting(): Promise<{ readonly world: FakeWorld; readonly client: Client }> {
    const both = await live();
    both.world.socket.end();
    expect(both.client.snapshot().status.type).toBe("waiting");
    return both;
  }

  test("tries at once when it wakes", async () => {
    const { world, client } = await waiting();
    await world.look();
    expect(world.sockets).toHaveLength(2);
    expect(client.snapshot().status.type).toBe("connecting");
  });

  test("does not try twice when it is woken while it connects", async () => {
    const { world } = await waiting();
    await world.look();
    await world.look();
    await world.advance(2_000);
    expect(world.sockets).toHaveLength(2);
  });

  test("says that it is offline when it is told so, and tries all the same, now and then", async () => {
    const { world, client } = await waiting();
    world.online = false;
    await world.look();
    world.socket.end();
    expect(client.snapshot().status.type).toBe("offline");
    await world.advance(1_000);
    expect(world.sockets).toHaveLength(3);
    await world.welcome();
    expect(client.snapshot().status.type).toBe("live");
  });

  test("comes back as soon as there is a network again", async () => {
    const { world } = await waiting();
    world.online = false;
    await world.look();
    world.socket.end();
    world.online = true;
    await world.look();
    expect(world.sockets).toHaveLength(3);
  });
});
