import { describe, expect, it } from "vitest";
import { read } from "../../docs/generate.ts";
import { type Client, connect, type Room } from "../../src/client/mod.ts";
import { greenroom } from "../../src/greenroom.ts";
import { simulateClients } from "../../src/testing/mod.ts";
import { entry, FakeWorld } from "../client/fake-server.ts";
import { serveHere } from "../routes/serving.ts";
import { blocksOf, rowsOf, sectionsOf } from "./markdown.ts";

const guide = read("docs/client.md");

function snippet(page: string, words: string): string {
  const found = blocksOf(page).find(({ text }) => text.includes(words));
  if (found === undefined) throw new Error(`Cannot find "${words}" in a snippet`);
  return found.text;
}

/** Runs code with these names in it, and answers what it exports. */
function run(code: string, names: Readonly<Record<string, unknown>>): Promise<unknown> {
  const AsyncFunction = (async () => undefined).constructor as new (
    ...args: string[]
  ) => (...values: unknown[]) => Promise<unknown>;
  const body = code.replaceAll(/^import .*\n/gm, "").replace("export function", "return function");
  return new AsyncFunction(...Object.keys(names), body)(...Object.values(names));
}

function keysOf(title: string): readonly string[] {
  const section = sectionsOf(guide, 2).find((each) => each.title === title);
  return rowsOf(section?.text ?? "").flatMap(([cell = ""]) =>
    [...cell.matchAll(/`(\w+)`/g)].map(([, name]) => name as string),
  );
}

/** A server, to which every client of the snippet connects, wherever it thinks it does. */
async function served(
  use: (names: { readonly connect: typeof connect; readonly clients: Client[] }) => Promise<void>,
): Promise<void> {
  const rooms = greenroom();
  const server = await serveHere({ port: 0, fetch: rooms.routes.fetch });
  const clients: Client[] = [];
  const redirected: typeof connect = (_, options) => {
    const client = connect(`${server.url}/ws`, options);
    clients.push(client);
    return client;
  };
  try {
    await use({ connect: redirected, clients });
  } finally {
    for (const client of clients) client.close();
    await rooms.drain({ deadlineMs: 100 });
    await server.close();
  }
}

describe("the guide to the client", () => {
  it("has a first example that says hello, and shows it", async () => {
    await served(async (names) => {
      const shown: unknown[] = [];
      await run(snippet(guide, 'connect("wss://chat.example/ws", { name: "ada" })'), {
        ...names,
        console: { log: (...what: unknown[]) => shown.push(what.join(" ")) },
      });
      expect(shown).toContain("live 1 1");
    });
  });

  it("has a bot that answers by iteration", async () => {
    const world = new FakeWorld();
    const lobby = world.connect().room("lobby");
    await world.welcome();
    await world.letIn();
    const over = run(snippet(guide, "for await (const event of lobby)"), { lobby });
    world.socket.say(entry(1, { content: "!time" }));
    await world.settle();
    expect(world.socket.single("message")["content"]).toMatch(/^\d{4}-/);
    lobby.leave();
    await over;
  });

  it("publishes as it says", async () => {
    const world = new FakeWorld();
    const lobby = world.connect().room("lobby");
    await run(snippet(guide, "const { key, done }"), { lobby });
    expect(lobby.snapshot().messages).toMatchObject([{ content: "hello", state: "sending", data: { mood: "good" } }]);
  });

  it("has a hook that shows what a store does", async () => {
    const world = new FakeWorld();
    const lobby = world.connect().room("lobby");
    await world.welcome();
    await world.letIn();
    const rendered: unknown[] = [];
    let render: () => void = () => undefined;
    let subscribed = false;
    /** As React's, which calls the snapshot at each rendering, and twice to see whether it stays the same. */
    function useSyncExternalStore<Snapshot>(
      subscribe: (changed: () => void) => () => void,
      snapshot: () => Snapshot,
    ): Snapshot {
      if (!subscribed) subscribe(() => render());
      subscribed = true;
      expect(snapshot()).toBe(snapshot());
      return snapshot();
    }
    type Hook = (store: Room) => ReturnType<Room["snapshot"]>;
    const useGreenroom = (await run(snippet(guide, "useSyncExternalStore"), { useSyncExternalStore })) as Hook;
    render = () => rendered.push(useGreenroom(lobby).messages.length);
    render();
    lobby.publish("hi");
    await world.settle();
    world.socket.say(entry(1), entry(2));
    await world.settle();
    expect(rendered).toEqual([0, 1, 3]);
  });

  it("has tests that run", async () => {
    const code = snippet(guide, "simulateClients({").replace("const { violations } =", "return");
    expect(await run(code, { simulateClients, greenroom, connect })).toMatchObject({ violations: [] });
  });

  it("names every option, everything a room shows, and every status", async () => {
    const world = new FakeWorld();
    const room = world.connect().room("lobby");
    expect(keysOf("Connect")).toEqual(["name", "token", "credentials", "history", "keep", "ports"]);
    const { name: _, ...shown } = room.snapshot();
    expect([...keysOf("Rooms")].sort()).toEqual(Object.keys(shown).sort());
    expect(keysOf("When the connection is lost")).toEqual([
      "connecting",
      "live",
      "draining",
      "waiting",
      "offline",
      "closed",
    ]);
  });
});

describe("the README", () => {
  it("has a client that says hello, and shows it", async () => {
    await served(async ({ connect: redirected }) => {
      const shown = await new Promise((resolve) => {
        const console = { log: (list: readonly string[]) => list.length > 0 && resolve(list) };
        run(snippet(read("README.md"), 'from "greenroom/client"'), { connect: redirected, console }).catch(resolve);
      });
      expect(shown).toEqual(["grace: hello"]);
    });
  });
});
