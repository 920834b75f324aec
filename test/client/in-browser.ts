/**
 * What the client must do against a real server, on any runtime and in a browser: functions of the server's address that
 * throw where it does not. They need nothing but the client.
 */
import { type Client, type ConnectOptions, connect, type Room, type RoomState } from "../../src/client/mod.ts";

/** One case: what it shows, and how. */
export type Case = (url: string) => Promise<void>;

const PATIENCE_MS = 20_000;

/** Every case, by what it shows. */
export const cases: Readonly<Record<string, Case>> = {
  "two clients see the same messages, in the same order": async (url) => {
    await withClients(url, ["ada", "bob"], async (rooms) => {
      const [ada, bob] = rooms as [Room, Room];
      for (let at = 0; at < 5; at += 1) {
        ada.publish(`ada ${at}`);
        bob.publish(`bob ${at}`);
      }
      await until(ada, ({ messages }) => messages.length === 10 && messages.every(({ state }) => state === "sent"));
      await until(bob, ({ messages, seq }) => messages.length === 10 && seq === 10);
      const contents = (room: Room): string =>
        room
          .snapshot()
          .messages.map(({ content }) => content)
          .join();
      equal(contents(bob), contents(ada));
      const own = ada.snapshot().messages.filter((message) => message.own);
      equal(own.map(({ content }) => content).join(), "ada 0,ada 1,ada 2,ada 3,ada 4");
    });
  },

  "a message is there at once, and is told of by iteration": async (url) => {
    await withClients(url, ["ada", "bob"], async (rooms) => {
      const [ada, bob] = rooms as [Room, Room];
      await until(bob, ({ status }) => status.type === "live");
      const events = bob.events();
      const { done } = ada.publish("hello", { data: { mood: "good" } });
      equal(ada.snapshot().messages.at(-1)?.state, "sending");
      equal((await done).seq, 1);
      for await (const event of events) {
        if (event.type !== "message") continue;
        equal(event.content, "hello");
        equal("data" in event ? JSON.stringify(event.data) : undefined, '{"mood":"good"}');
        break;
      }
    });
  },

  "members come and go, and signals reach them": async (url) => {
    await withClients(url, ["ada", "bob"], async (rooms) => {
      const [ada, bob] = rooms as [Room, Room];
      const names = ({ members }: RoomState): string =>
        members
          .map(({ name }) => name)
          .sort()
          .join();
      await until(ada, (state) => names(state) === "ada,bob" && state.count === 2);
      await until(bob, ({ status }) => status.type === "live");
      const waved = new Promise<string>((resolve) =>
        bob.addEventListener("signal", ({ detail }) => resolve(`${detail.sender.name} ${detail.name}`), { once: true }),
      );
      equal(ada.signal("wave"), true);
      equal(await within(waved), "ada wave");
      bob.leave();
      await until(ada, (state) => names(state) === "ada");
    });
  },

  "a client that reconnects misses nothing, and sends what it had to say": async (url) => {
    await withClients(url, ["ada", "bob"], async (rooms, clients) => {
      const [ada, bob] = rooms as [Room, Room];
      const client = clients[0] as Client;
      await until(ada, ({ status }) => status.type === "live");
      bob.publish("before");
      await until(ada, ({ seq }) => seq === 1);
      const resets: string[] = [];
      ada.addEventListener("reset", ({ detail }) => resets.push(detail.reason));
      client.reconnect();
      ada.publish("from afar");
      bob.publish("meanwhile");
      await until(ada, ({ seq, status }) => seq === 3 && status.type === "live");
      await until(bob, ({ seq }) => seq === 3);
      const contents = ada.snapshot().messages.map(({ content }) => content);
      equal(contents[0], "before");
      equal([...contents].sort().join(), "before,from afar,meanwhile");
      equal(resets.length, 0);
    });
  },

  "older messages are brought page by page": async (url) => {
    await withClients(url, ["ada"], async ([ada]) => {
      for (let at = 1; at <= 12; at += 1) await within((ada as Room).publish(`message ${at}`).done);
      const late = connect(url, { name: "bob", history: 3 });
      try {
        const room = late.room((ada as Room).name);
        await until(room, ({ seq }) => seq === 12);
        equal(room.snapshot().messages.length, 3);
        equal(await within(room.older(5)), true);
        equal(await within(room.older(5)), false);
        equal(
          room
            .snapshot()
            .messages.map(({ seq }) => seq)
            .join(),
          "1,2,3,4,5,6,7,8,9,10,11,12",
        );
      } finally {
        late.close();
      }
    });
  },

  "rooms are listed": async (url) => {
    await withClients(url, ["ada"], async ([room], [client]) => {
      const { name } = room as Room;
      await until(room as Room, ({ status }) => status.type === "live");
      // The server counts its members no more often than it tells of them.
      for (let listed = "", patience = 100; listed !== JSON.stringify([{ room: name, count: 1 }]); patience -= 1) {
        if (patience === 0) throw new Error(`Cannot go on: ${listed} was listed`);
        await new Promise((resolve) => setTimeout(resolve, 50));
        listed = JSON.stringify((await within((client as Client).rooms({ prefix: name }))).rooms);
      }
    });
  },

  "what the server refuses has failed, and can be taken back": async (url) => {
    await withClients(url, ["ada"], async ([ada]) => {
      const room = ada as Room;
      const { done, key } = room.publish("x".repeat(1_001));
      const refusal = await within(
        done.then(
          () => undefined,
          (error: unknown) => error as { readonly code: string },
        ),
      );
      equal(refusal?.code, "bad_command");
      equal(room.snapshot().messages[0]?.state, "failed");
      equal(room.discard(key), true);
      equal(room.snapshot().messages.length, 0);
    });
  },

  "a closed client says so, and can be told to come back": async (url) => {
    await withClients(url, ["ada"], async ([ada], [client]) => {
      const room = ada as Room;
      await until(room, ({ status }) => status.type === "live");
      (client as Client).close();
      equal((client as Client).snapshot().status.type, "closed");
      equal(room.snapshot().status.type, "joining");
      (client as Client).reconnect();
      await until(room, ({ status }) => status.type === "live");
    });
  },
};

let rooms = 0;

/** Runs with a client for each name, all in a room of their own. */
async function withClients(
  url: string,
  names: readonly string[],
  run: (rooms: readonly Room[], clients: readonly Client[]) => Promise<void>,
  options: ConnectOptions = {},
): Promise<void> {
  rooms += 1;
  const name = `case-${Date.now().toString(36)}-${rooms}`;
  const clients = names.map((each) => connect(url, { ...options, name: each }));
  try {
    await run(
      clients.map((client) => client.room(name)),
      clients,
    );
  } finally {
    for (const client of clients) client.close();
  }
}

/** Waits until a room is as it should be. */
async function until(room: Room, is: (state: RoomState) => boolean): Promise<void> {
  await within(
    new Promise<void>((resolve) => {
      const stop = room.subscribe(look);
      function look(): void {
        if (!is(room.snapshot())) return;
        stop();
        resolve();
      }
      look();
    }),
    () => JSON.stringify(room.snapshot()),
  );
}

async function within<Value>(promise: Promise<Value>, spell: () => string = () => "nothing came"): Promise<Value> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`Cannot wait any longer: ${spell()}`)), PATIENCE_MS);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

function equal<Value>(actual: Value, expected: Value): void {
  if (actual !== expected) throw new Error(`Cannot go on: ${String(actual)} is not ${String(expected)}`);
}
