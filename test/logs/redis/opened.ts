import { randomUUID } from "node:crypto";
import { afterAll, afterEach, beforeAll, vi } from "vitest";
import { openRedis, type RedisEvent, type RedisStore, type RedisStoreOptions } from "../../../src/logs/redis/store.ts";
import { realPorts } from "../../../src/runtime/ports.ts";
import { type RedisServer, startRedis } from "./server.ts";

/** A store under test, and what its operator has heard. */
export interface Opened extends RedisStore {
  readonly prefix: string;
  readonly heard: RedisEvent[];
}

/** Limits that are none: drafts of tests are said in 1970. */
export const boundless = { roomEntries: 1_000_000, roomBytes: 1024 ** 3, roomMs: Number.POSITIVE_INFINITY };

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

/** A Redis for a test file, and how to open stores on it; each is closed after its test at the latest. */
export function onRedis(settings?: readonly string[]): {
  readonly server: () => RedisServer;
  readonly opened: (options?: Partial<RedisStoreOptions>) => Promise<Opened>;
} {
  let server: RedisServer | undefined;
  const open = new Set<RedisStore>();
  beforeAll(async () => {
    server = await startRedis(settings);
  });
  afterEach(async () => {
    await Promise.all([...open].map((store) => store.close()));
    open.clear();
  });
  afterAll(() => server?.remove());

  function running(): RedisServer {
    if (server === undefined) throw new Error("Cannot go on: there is no server yet");
    return server;
  }

  async function opened(options: Partial<RedisStoreOptions> = {}): Promise<Opened> {
    const heard: RedisEvent[] = [];
    const { clock, random } = realPorts();
    const observe = (event: RedisEvent): void => void heard.push(event);
    const { prefix = `test ${randomUUID()}:` } = options;
    const { url } = running();
    const store = await openRedis({ url, clock, random, limits: boundless, observe, ...options, prefix });
    open.add(store);
    return { ...store, prefix, heard };
  }

  return { server: running, opened };
}

/** Waits until everything that some nodes have said so far has come to the others, and what they then read as well. */
export async function settled(nodes: readonly RedisStore[]): Promise<void> {
  const topic = `settled ${randomUUID()}`;
  const missing = new Set(nodes.flatMap((from) => nodes.flatMap((to) => (from === to ? [] : [[from, to] as const]))));
  const subscriptions = nodes.map((to) =>
    to.bus.subscribe(topic, (index) => {
      for (const pair of missing) if (pair[1] === to && nodes.indexOf(pair[0]) === index) missing.delete(pair);
    }),
  );
  while (missing.size > 0) {
    for (const [from] of missing) from.bus.publish(topic, nodes.indexOf(from));
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  for (const subscription of subscriptions) subscription.close();
  // A node that was woken reads at once, and once more where it was woken meanwhile; answers come in order.
  for (let round = 0; round < 4; round += 1) await Promise.all(nodes.map(({ log }) => log.head("settled")));
}

/** Waits until each node has heard of what the other has put: by then, what was published before it has come. */
export async function heardOf(stores: readonly RedisStore[]): Promise<void> {
  await Promise.all(
    stores.map(async (from) => {
      const key = randomUUID();
      const heard = stores.map(
        ({ records }) => new Promise<void>((resolve) => void records.watch(key, () => resolve())),
      );
      await from.records.put(key, 1);
      await Promise.all(heard);
    }),
  );
}
