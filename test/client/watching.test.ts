import { describe, expect, test } from "vitest";
import type { Client, Room, RoomEvent } from "../../src/client/mod.ts";
import { entry, FakeWorld } from "./fake-server.ts";

async function stage(): Promise<{ readonly world: FakeWorld; readonly client: Client; readonly lobby: Room }> {
  const world = new FakeWorld();
  const client = world.connect();
  const lobby = client.room("lobby");
  await world.welcome();
  await world.letIn({ seq: 1, messages: [entry(1)] });
  return { world, client, lobby };
}

describe("snapshot()", () => {
  test("is the same until something changes", async () => {
    const { world, client, lobby } = await stage();
    const [before, clientBefore] = [lobby.snapshot(), client.snapshot()];
    world.socket.say({ type: "pong", heads: {} }, { type: "signal", room: "attic", name: "x", sender: {} });
    expect(lobby.snapshot()).toBe(before);
    expect(client.snapshot()).toBe(clientBefore);
    world.socket.say(entry(2));
    expect(lobby.snapshot()).not.toBe(before);
    expect(client.snapshot()).toBe(clientBefore);
  });

  test("is never altered, and keeps what has not changed", async () => {
    const { world, lobby } = await stage();
    const before = lobby.snapshot();
    world.socket.say(entry(2));
    const after = lobby.snapshot();
    expect(before.messages).toHaveLength(1);
    expect(after.messages[0]).toBe(before.messages[0]);
    expect(after.members).toBe(before.members);
    world.socket.say({ type: "lagged", room: "lobby", seq: 2 });
    expect(lobby.snapshot().messages).toBe(after.messages);
    expect(after.status.type).toBe("live");
    world.socket.say({ type: "redacted", room: "lobby", seq: 3, target: 1, by: "bob", at: 1 });
    expect(after.messages[0]?.content).toBe("entry 1");
    expect(lobby.snapshot().messages[0]).toMatchObject({ redacted: true });
  });
});

describe("subscribe()", () => {
  test("tells of changes, once for all of one moment", async () => {
    const { world, client, lobby } = await stage();
    const told: string[] = [];
    const stop = lobby.subscribe(() => told.push(`lobby ${lobby.snapshot().seq}`));
    client.subscribe(() => told.push(client.snapshot().status.type));
    world.socket.say(entry(2), entry(3), entry(4));
    await world.settle();
    expect(told).toEqual(["lobby 4"]);
    stop();
    world.socket.say(entry(5));
    world.socket.end();
    await world.settle();
    expect(told).toEqual(["lobby 4", "waiting"]);
  });

  test("is each one's own: the same listener may come twice, and none keeps the others from hearing", async () => {
    const { world, lobby } = await stage();
    let heard = 0;
    const listener = (): void => {
      heard += 1;
    };
    const stop = lobby.subscribe(listener);
    lobby.subscribe(listener);
    stop();
    world.socket.say(entry(2));
    await world.settle();
    expect(heard).toBe(1);
  });

  test("hears of one's own messages at once", async () => {
    const { world, lobby } = await stage();
    let heard = 0;
    lobby.subscribe(() => {
      heard += 1;
    });
    lobby.publish("hi");
    expect(lobby.snapshot().messages).toHaveLength(2);
    await world.settle();
    expect(heard).toBe(1);
  });
});

describe("addEventListener()", () => {
  test("has the events of the protocol in detail", async () => {
    const { world, client, lobby } = await stage();
    const told: string[] = [];
    const stop = new AbortController();
    lobby.addEventListener("signal", ({ detail }) => told.push(`${detail.sender.name} ${detail.name}`), stop);
    lobby.addEventListener("error", ({ detail }) => told.push(detail.code));
    client.addEventListener("error", ({ detail }) => told.push(detail.message), { once: true });
    const signal = { type: "signal", room: "lobby", name: "wave", sender: { id: "bob", name: "bob" } };
    world.socket.say(signal, { type: "error", room: "lobby", code: "overloaded", message: "no" });
    world.socket.say({ type: "error", code: "bad_command", message: "your name is none" });
    stop.abort();
    world.socket.say(signal);
    expect(told).toEqual(["bob wave", "overloaded", "your name is none"]);
  });

  test("is taken back by removeEventListener()", async () => {
    const { world, lobby } = await stage();
    const told: number[] = [];
    const listener = ({ detail }: { readonly detail: { readonly seq: number } }): number => told.push(detail.seq);
    lobby.addEventListener("message", listener);
    world.socket.say(entry(2));
    lobby.removeEventListener("message", listener);
    world.socket.say(entry(3));
    expect(told).toEqual([2]);
  });

  test("tells of the connection", async () => {
    const world = new FakeWorld();
    const client = world.connect();
    const told: string[] = [];
    for (const name of ["welcome", "expiring", "draining"] as const) {
      client.addEventListener(name, ({ detail }) => told.push(detail.type));
    }
    const socket = await world.welcome();
    socket.say({ type: "expiring", at: 1 }, { type: "draining", reconnect: 1 });
    expect(told).toEqual(["welcome", "expiring", "draining"]);
  });
});

describe("events()", () => {
  test("has all that happens from the call on, until the room is left", async () => {
    const { world, lobby } = await stage();
    const events = lobby.events();
    world.socket.say(entry(2), { type: "lagged", room: "lobby", seq: 2 });
    lobby.leave();
    world.socket.say(entry(3));
    const told: string[] = [];
    for await (const event of events) told.push(event.type);
    expect(told).toEqual(["message", "lagged"]);
  });

  test.each([
    ["the client is closed", ({ client }: { readonly client: Client }) => client.close()],
    ["the server bans one", ({ world }: { readonly world: FakeWorld }) => world.socket.end(4403)],
  ])("ends when %s", async (_, happen) => {
    const whole = await stage();
    const next = whole.lobby.events().next();
    happen(whole);
    expect((await next).done).toBe(true);
  });

  test("waits for what has not happened yet", async () => {
    const { world, lobby } = await stage();
    const told: RoomEvent[] = [];
    const over = (async () => {
      for await (const event of lobby) {
        told.push(event);
        if (event.type === "message" && event.seq === 3) break;
      }
    })();
    await world.settle();
    world.socket.say(entry(2));
    await world.settle();
    expect(told).toMatchObject([{ seq: 2 }]);
    world.socket.say(entry(3), entry(4));
    await over;
    expect(told).toMatchObject([{ seq: 2 }, { seq: 3 }]);
  });

  test("throws where more waits than was wished, once what waits was handed out", async () => {
    const { world, lobby } = await stage();
    const events = lobby.events({ limit: 2 });
    world.socket.say(entry(2), entry(3), entry(4), entry(5));
    expect((await events.next()).value).toMatchObject({ seq: 2 });
    expect((await events.next()).value).toMatchObject({ seq: 3 });
    await expect(events.next()).rejects.toThrow(RangeError);
    expect((await events.next()).done).toBe(true);
  });
});
