import { describe, expect, test } from "vitest";
import type { Room } from "../../src/client/mod.ts";
import { FakeWorld } from "./fake-server.ts";

const people = (...names: readonly string[]): object[] => names.map((name) => ({ id: name, name }));

async function stage(
  joined: object,
  limits: object = {},
): Promise<{ readonly world: FakeWorld; readonly lobby: Room }> {
  const world = new FakeWorld();
  const lobby = world.connect().room("lobby");
  await world.welcome({ limits });
  await world.letIn(joined);
  return { world, lobby };
}

function seen(lobby: Room): string {
  const { members, count, partial } = lobby.snapshot();
  return `${members.map(({ id }) => id).join(" ")} of ${count}${partial ? ", partly" : ""}`;
}

describe("the members of a room", () => {
  test("come and go", async () => {
    const { world, lobby } = await stage({ members: people("ada", "bob"), count: 2 });
    world.socket.say({ type: "presence", room: "lobby", count: 2, joined: people("eve"), left: ["ada"] });
    expect(seen(lobby)).toBe("bob eve of 2");
    world.socket.say({ type: "presence", room: "lobby", count: 2, joined: people("eve") });
    expect(seen(lobby)).toBe("bob eve of 2");
  });

  test("are asked for, page by page, where not all were told", async () => {
    const { world, lobby } = await stage({ members: people("ada"), count: 4 });
    expect(seen(lobby)).toBe("ada of 4, partly");
    const first = world.socket.single("members");
    expect(first["cursor"]).toBeUndefined();
    const page = { type: "members", room: "lobby", count: 4 };
    world.socket.say({ ...page, id: first.id, members: people("ada", "bob"), cursor: "more" });
    // Who leaves in between is on no further page.
    world.socket.say({ type: "presence", room: "lobby", count: 3, left: ["ada"] });
    await world.settle();
    const second = world.socket.single("members");
    expect(second["cursor"]).toBe("more");
    world.socket.say({ ...page, id: second.id, count: 3, members: people("cy", "dan") });
    expect(seen(lobby)).toBe("bob cy dan of 3");
    expect(world.socket.take("members")).toHaveLength(0);
  });

  test("are only counted where there are too many", async () => {
    const { world, lobby } = await stage({ members: people("ada"), count: 9 }, { presenceLimit: 5 });
    expect(seen(lobby)).toBe("ada of 9, partly");
    expect(world.socket.take("members")).toHaveLength(0);
    world.socket.say({ type: "presence", room: "lobby", count: 8, mode: "count" });
    expect(seen(lobby)).toBe("ada of 8, partly");
    await world.settle();
    expect(world.socket.take("members")).toHaveLength(0);
  });

  test("are asked for once names come back", async () => {
    const { world, lobby } = await stage({ members: people("ada"), count: 1 });
    world.socket.say({ type: "presence", room: "lobby", count: 600, mode: "count" });
    world.socket.say({ type: "presence", room: "lobby", count: 2 });
    await world.settle();
    const { id } = world.socket.single("members");
    world.socket.say({ type: "members", id, room: "lobby", count: 2, members: people("bob", "eve") });
    expect(seen(lobby)).toBe("bob eve of 2");
  });

  test("are those of the present stay: an answer to a former one is void", async () => {
    const { world, lobby } = await stage({ members: people("ada"), count: 2 });
    world.socket.single("members");
    world.socket.end();
    await world.advance(1_000);
    await world.welcome();
    await world.letIn({ recovered: true, members: people("eve"), count: 1 });
    expect(seen(lobby)).toBe("eve of 1");
    expect(world.socket.take("members")).toHaveLength(0);
  });
});
