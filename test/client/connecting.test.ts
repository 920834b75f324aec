import { describe, expect, test } from "vitest";
import { closeCodes, comesBack } from "../../src/actors/wire/mod.ts";
import { FakeWorld } from "./fake-server.ts";

describe("connect()", () => {
  test.each([
    ["https://chat.example/ws", "wss://chat.example/ws?name=ada"],
    ["http://localhost:8080/ws#top", "ws://localhost:8080/ws?name=ada"],
    ["wss://chat.example/ws?room=lobby", "wss://chat.example/ws?room=lobby&name=ada"],
  ])("makes the address of a socket of %s", async (address, url) => {
    const world = new FakeWorld();
    world.connect({ name: "ada" }, address);
    await world.settle();
    expect(world.socket.url.href).toBe(url);
  });

  test("throws over an address that is none", () => {
    expect(() => new FakeWorld().connect({}, "nowhere at all")).toThrow(TypeError);
  });

  test("asks where to connect each time, where that is a function", async () => {
    const world = new FakeWorld();
    let tickets = 0;
    world.connect({}, () => Promise.resolve(`wss://chat.example/ws?ticket=${(tickets += 1)}`));
    await world.settle();
    world.socket.end();
    await world.advance(1_000);
    expect(world.sockets.map(({ url }) => url.search)).toEqual(["?ticket=1", "?ticket=2"]);
  });

  test("tries again where it could not find out where to connect", async () => {
    const world = new FakeWorld();
    let asked = 0;
    const client = world.connect({}, () => {
      asked += 1;
      if (asked === 1) throw new Error("no tickets");
      return "wss://chat.example/ws";
    });
    await world.settle();
    expect(client.snapshot().status).toMatchObject({ type: "waiting", reason: "Error: no tickets" });
    await world.advance(1_000);
    expect(world.sockets).toHaveLength(1);
  });

  test("offers both subprotocols", async () => {
    const world = new FakeWorld();
    world.connect();
    await world.settle();
    expect(world.socket.offered).toEqual(["greenroom.v1.batch", "greenroom.v1"]);
  });

  test("is closed for good where the world would not even try", async () => {
    const world = new FakeWorld();
    const WebSocket = class {
      constructor() {
        throw new Error("insecure");
      }
    } as never;
    const client = world.connect({ ports: { WebSocket } });
    await world.settle();
    expect(client.snapshot().status).toMatchObject({ type: "closed", reason: "Error: insecure", comeback: "never" });
  });

  test("keeps the name that a guest was given by chance", async () => {
    const world = new FakeWorld();
    world.connect();
    const socket = await world.welcome({ user: { id: "guest:guest_7", name: "guest_7", guest: true } });
    socket.end();
    await world.advance(1_000);
    expect(world.socket.url.search).toBe("?name=guest_7");
  });
});

describe("a client that lost its connection", () => {
  test("waits up to 1 s, then up to twice as long each time, and never more than 30 s", async () => {
    const world = new FakeWorld();
    world.chance = 0.999_999;
    const client = world.connect();
    const waits: number[] = [];
    for (let attempt = 0; attempt < 8; attempt += 1) {
      await world.settle();
      world.socket.end();
      const { status } = client.snapshot();
      if (status.type !== "waiting") throw new Error(`Cannot wait: ${status.type}`);
      expect(status.attempt).toBe(attempt + 1);
      waits.push(Math.round(status.until - world.clock.date()));
      await world.advance(Math.ceil(status.until - world.clock.date()) + 1);
    }
    expect(waits).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000]);
  });

  test("spreads its wait from 0 on", async () => {
    const world = new FakeWorld();
    world.chance = 0;
    world.connect();
    await world.settle();
    world.socket.end();
    await world.advance(0);
    expect(world.sockets).toHaveLength(2);
  });

  test("begins its waits anew after a connection that lasted 5 s, and not after a shorter one", async () => {
    const world = new FakeWorld();
    const client = world.connect();
    const attempt = (): unknown => (client.snapshot().status as { readonly attempt?: number }).attempt;
    for (const [lastedMs, expected] of [
      [0, 1],
      [4_999, 2],
      [5_000, 1],
    ] as const) {
      await world.welcome();
      await world.advance(lastedMs);
      world.socket.end();
      expect(attempt()).toBe(expected);
      await world.advance(1_000);
    }
  });

  test.each([
    1000,
    1001,
    1002,
    1003,
    1005,
    1006,
    1015,
    3000,
    4000,
    4999,
    ...Object.values(closeCodes).map(({ code }) => code),
  ])("comes back after %i if the table of close codes says so", async (code) => {
    const world = new FakeWorld();
    const client = world.connect();
    const socket = await world.welcome();
    socket.end(code, "why");
    const { status } = client.snapshot();
    expect(status.type).toBe(comesBack(code) ? "waiting" : "closed");
    expect(status).toMatchObject({ code, reason: "why" });
    await world.advance(60_000);
    expect(world.sockets.length > 1).toBe(comesBack(code));
  });

  test("comes back at once when it is told to, whatever it waits for", async () => {
    const world = new FakeWorld();
    const client = world.connect();
    (await world.welcome()).end(4403);
    client.reconnect();
    await world.welcome();
    expect(client.snapshot().status.type).toBe("live");
  });

  test("gives up a handshake that takes more than 15 s", async () => {
    const world = new FakeWorld();
    world.connect();
    await world.advance(14_999);
    expect(world.socket.closed).toBeUndefined();
    await world.advance(1_001);
    expect(world.sockets[0]?.closed).toBeDefined();
    expect(world.sockets).toHaveLength(2);
  });

  test("gives up a server that does not say its welcome", async () => {
    const world = new FakeWorld();
    world.connect();
    await world.settle();
    world.socket.open();
    await world.advance(16_000);
    expect(world.sockets).toHaveLength(2);
  });

  test("hears nothing more of a connection that it has given up", async () => {
    const world = new FakeWorld();
    const client = world.connect();
    const first = await world.welcome();
    client.reconnect();
    await world.welcome();
    first.end(4403);
    first.say({ type: "draining", reconnect: 1 });
    expect(client.snapshot().status.type).toBe("live");
  });
});

describe("a server that drains", () => {
  test("is not talked to any more, and left alone as long as it has said", async () => {
    const world = new FakeWorld();
    const client = world.connect();
    const lobby = client.room("lobby");
    const socket = await world.welcome();
    await world.letIn();
    socket.say({ type: "draining", reconnect: 7_000 });
    expect(client.snapshot().status.type).toBe("draining");
    lobby.publish("hi");
    expect(lobby.signal("wave")).toBe(false);
    await world.advance(500);
    expect(socket.frames).toHaveLength(1);
    socket.end(1012);
    await world.look();
    await world.advance(6_999);
    expect(world.sockets).toHaveLength(1);
    await world.advance(1);
    await world.welcome();
    await world.letIn({ recovered: true });
    expect(world.socket.single("message")).toMatchObject({ content: "hi" });
  });

  test("is asked for a wait once: after that, waits are this client's own", async () => {
    const world = new FakeWorld();
    const client = world.connect();
    const socket = await world.welcome();
    socket.say({ type: "draining", reconnect: 20_000 });
    socket.end(1012);
    await world.advance(20_000);
    world.socket.end();
    expect(client.snapshot().status).toMatchObject({ type: "waiting", attempt: 2 });
    await world.advance(1_000);
    expect(world.sockets).toHaveLength(3);
    world.socket.end();
    expect(client.snapshot().status).toMatchObject({ type: "waiting", attempt: 3 });
  });

  test("may still say what happens, and answer", async () => {
    const world = new FakeWorld();
    const client = world.connect();
    const lobby = client.room("lobby");
    const socket = await world.welcome();
    await world.letIn();
    const { done } = lobby.publish("hi");
    await world.settle();
    const { id } = socket.single("message");
    socket.say({ type: "draining", reconnect: 7_000 }, { type: "ack", id, room: "lobby", seq: 1 });
    expect(await done).toEqual({ seq: 1 });
  });
});

describe("close()", () => {
  test("counts where it is called by who hears the welcome", async () => {
    const world = new FakeWorld();
    const client = world.connect();
    client.addEventListener("welcome", () => client.close());
    await world.welcome();
    expect(client.snapshot().status.type).toBe("closed");
  });

  test("closes in order, and lets go of the page", async () => {
    const world = new FakeWorld();
    const client = world.connect();
    const socket = await world.welcome();
    expect(world.watched).toBe(true);
    client.close();
    expect(socket.closed).toEqual({ code: 1000 });
    expect(client.snapshot().status).toEqual({ type: "closed", code: 1000, reason: "bye", comeback: "never" });
    expect(world.watched).toBe(false);
    await world.advance(100_000);
    expect(world.sockets).toHaveLength(1);
    expect(world.clock.next).toBeUndefined();
  });

  test("also ends what is still being asked for", async () => {
    const world = new FakeWorld();
    const client = world.connect({ token: () => new Promise<string>(() => undefined) });
    client.close();
    await world.advance(100_000);
    expect(world.sockets).toHaveLength(0);
  });
});
