import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { describeBus } from "../bus.contract.ts";
import { appended, contents, draft } from "../drafts.ts";
import { describeRecords } from "../records.contract.ts";
import { describeRoomLog } from "../room-log.contract.ts";
import { describeSharedRoomLog } from "../room-log-shared.contract.ts";
import { age } from "./aging.ts";
import { type RedisCluster, startCluster } from "./cluster.ts";
import { heardOf, type Opened, onRedis, settled } from "./opened.ts";
import type { RedisServer } from "./server.ts";

const { opened } = onRedis();
let cluster: RedisCluster | undefined;
beforeAll(async () => {
  cluster = await startCluster();
});
afterAll(() => cluster?.remove());

function running(): RedisCluster {
  if (cluster === undefined) throw new Error("Cannot go on: there is no Cluster yet");
  return cluster;
}

/** Nodes that were told of different ones of the Cluster. */
async function together(count: number, prefix = `${randomUUID()}:`): Promise<Opened[]> {
  const { masters } = running();
  const urls = Array.from({ length: count }, (_, at) => masters[at % masters.length]?.url as string);
  return await Promise.all(urls.map((url) => opened({ prefix, url })));
}

/** A prefix whose names are where the first master is, which has a replica. */
async function prefixAt([first]: readonly RedisServer[]): Promise<string> {
  for (;;) {
    const prefix = `${randomUUID()}:`;
    if (((await first?.say("CLUSTER", "KEYSLOT", `{${prefix}}`)) as number) < 5_461) return prefix;
  }
}

async function logs(count: number) {
  const stores = await together(count);
  return { nodes: stores.map(({ log }) => log), settle: () => settled(stores) };
}

describeRoomLog("redisLog() on a Cluster", logs);
describeSharedRoomLog("redisLog() on a Cluster", logs);

describeRecords("redisLog() on a Cluster", async () => {
  const [one, other] = (await together(2)) as [Opened, Opened];
  return {
    records: one.records,
    async elapse(ms: number) {
      await age(running(), `{${one.prefix}}`, ms);
      await settled([one, other]);
    },
  };
});

describeBus("redisLog() on a Cluster", async () => {
  const stores = (await together(2)) as [Opened, Opened];
  return { nodes: [stores[0].bus, stores[1].bus], settle: () => heardOf(stores) };
});

describe("a Cluster of Redis", () => {
  it("has everything of a store in one hash slot", async () => {
    const { masters } = running();
    const [store] = (await together(1)) as [Opened];
    await appended(store.log, draft("a", "1"), draft("b", "1", { key: "k" }));
    await store.records.put("k", 1);
    const keys = (await Promise.all(masters.map((master) => master.say("KEYS", `*${store.prefix}*`)))) as string[][];
    expect(keys.filter((some) => some.length > 0)).toHaveLength(1);
    const slots = await Promise.all(keys.flat().map((key) => running().say("CLUSTER", "KEYSLOT", key)));
    expect(slots.length).toBeGreaterThan(5);
    expect(new Set(slots).size).toBe(1);
    expect(store.heard).toMatchObject([
      { type: "configured", configuration: { summary: expect.stringMatching("Cluster") } },
    ]);
  });

  it("is one whichever of its nodes is asked first, a replica too", async () => {
    const { masters, replica } = running();
    const prefix = `${randomUUID()}:`;
    const stores = await Promise.all([...masters, replica].map(({ url }) => opened({ prefix, url })));
    for (const [at, { log }] of stores.entries()) await appended(log, draft("a", String(at)));
    for (const { log } of stores) expect(await contents(log, "a")).toEqual(["0", "1", "2", "3"]);
  });

  it("may give the slot to another node: the rooms go on there, all of them, under another epoch", async () => {
    const [from, , to] = running().masters as [RedisServer, RedisServer, RedisServer];
    const prefix = await prefixAt(running().masters);
    const { log, heard } = await opened({ prefix, url: from.url });
    await appended(log, draft("a", "1"));
    const { epoch } = await log.head("a");
    const slot = String(await from.say("CLUSTER", "KEYSLOT", `{${prefix}}`));
    const [here, there] = [String(await from.say("CLUSTER", "MYID")), String(await to.say("CLUSTER", "MYID"))];
    await to.say("CLUSTER", "SETSLOT", slot, "IMPORTING", here);
    await from.say("CLUSTER", "SETSLOT", slot, "MIGRATING", there);
    const keys = (await from.say("KEYS", `{${prefix}}*`)) as string[];
    await from.say("MIGRATE", "127.0.0.1", String(to.port), "", "0", "5000", "KEYS", ...keys);
    // On its way, it takes nothing: whoever is refused knows that nothing was done.
    expect(await appended(log, draft("a", "2"))).toEqual([{ type: "refused", reason: "unavailable" }]);
    for (const server of [to, from]) await server.say("CLUSTER", "SETSLOT", slot, "NODE", there);
    await expect
      .poll(async () => (await appended(log, draft("a", "2")))[0]?.type, { timeout: 30_000 })
      .toBe("appended");
    expect(await contents(log, "a")).toEqual(["1", "2"]);
    expect((await log.head("a")).epoch).not.toBe(epoch);
    expect(heard.map(({ type }) => type)).toContain("renewed");
  });

  it("may have a replica take over from a master that is gone: nothing that comes after stands under an old epoch", async () => {
    const { masters, replica } = running();
    const [first, second] = masters as [RedisServer, RedisServer];
    const prefix = await prefixAt(masters);
    // One was told of the node that goes, one of another.
    const stores = await Promise.all([first, second].map(({ url }) => opened({ prefix, url })));
    const [here, there] = stores as [Opened, Opened];
    const told: string[] = [];
    there.log.tail("a", (epoch) => told.push(epoch));
    await appended(here.log, draft("a", "1"));
    const { epoch } = await there.log.head("a");
    await running().replicated();
    await first.kill();
    for (const { heard } of stores)
      await expect.poll(() => heard.at(-1)?.type, { timeout: 30_000 }).toBe("unavailable");
    expect(await appended(here.log, draft("a", "lost"))).toEqual([{ type: "refused", reason: "unavailable" }]);
    await replica.say("CLUSTER", "FAILOVER", "TAKEOVER");
    for (const { log } of stores) {
      const published = async (): Promise<unknown> =>
        (await appended(log, draft("a", "goes on", { key: "k" })))[0]?.type;
      await expect.poll(published, { timeout: 30_000 }).toMatch(/appended|duplicate/);
    }
    expect(await contents(there.log, "a")).toEqual(["1", "goes on"]);
    const now = (await there.log.head("a")).epoch;
    expect(now).not.toBe(epoch);
    await expect.poll(() => told, { timeout: 30_000 }).toContain(now);
  });
});
