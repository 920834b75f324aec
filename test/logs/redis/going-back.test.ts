import { randomUUID } from "node:crypto";
import { cpSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import type { RoomLog } from "../../../src/actors/room/mod.ts";
import { appended, contents, draft } from "../drafts.ts";
import { type Cable, cable } from "./cable.ts";
import { replicated, until } from "./cluster.ts";
import { type Opened, onRedis } from "./opened.ts";
import { FORGETFUL, type RedisServer, startRedis } from "./server.ts";

const { opened } = onRedis();
const ends: (() => unknown)[] = [];

afterEach(async () => {
  await Promise.all(ends.splice(0).map((end) => end()));
});

async function started(...settings: readonly string[]): Promise<RedisServer> {
  const server = await startRedis(settings);
  ends.push(() => server.remove());
  return server;
}

async function folderOf(server: RedisServer): Promise<string> {
  const { dir } = (await server.say("CONFIG", "GET", "dir")) as { readonly dir: string };
  return dir;
}

/** Two nodes that have seen both messages, one of which is about to be forgotten. */
async function two(url: string): Promise<readonly [Opened, Opened]> {
  const prefix = `${randomUUID()}:`;
  return [await opened({ prefix, url }), await opened({ prefix, url })];
}

/** What all nodes have to come to once Redis has gone back behind the second message. */
async function hasGoneBack(nodes: readonly [Opened, Opened], epoch: string, told: readonly string[]): Promise<void> {
  const [here, there] = nodes;
  const publish = async (log: RoomLog): Promise<unknown> =>
    (await appended(log, draft("a", "otherwise", { key: "again" })))[0]?.type;
  for (const { log } of nodes) await expect.poll(() => publish(log), { timeout: 30_000 }).toMatch(/appended|duplicate/);
  for (const { log, heard } of nodes) {
    expect(await contents(log, "a")).toEqual(["kept", "otherwise"]);
    expect(heard.map(({ type }) => type)).toContain("renewed");
  }
  // The place of what was lost is taken again, and under no epoch that anybody has seen it in.
  const now = await here.log.head("a");
  expect(now).toMatchObject({ seq: 2, oldest: 1 });
  expect(now.epoch).not.toBe(epoch);
  expect(await there.log.head("a")).toEqual(now);
  await expect.poll(() => told, { timeout: 30_000 }).toContain(now.epoch);
}

describe("Redis that goes back behind what it has acknowledged", () => {
  it("begins new epochs where a snapshot is all that is left", async () => {
    const server = await started(...FORGETFUL);
    const nodes = await two(server.url);
    const { epoch, told } = await both(nodes, async () => void (await server.say("SAVE")));
    await server.kill();
    await server.start();
    await hasGoneBack(nodes, epoch, told);
  });

  it("begins new epochs where a power cut takes what everysec has not written yet", async () => {
    const server = await started("--save", "", "--appendonly", "yes", "--appendfsync", "everysec");
    const nodes = await two(server.url);
    const [kept, disk] = [join(await folderOf(server), "kept"), join(await folderOf(server), "appendonlydir")];
    // What is on the disk by now; what comes later is taken from it, as a power cut does.
    const { epoch, told } = await both(nodes, async () => {
      await until(async () => readdirSync(disk).some((file) => readFileSync(join(disk, file)).includes("kept")));
      cpSync(disk, kept, { recursive: true });
    });
    expect(nodes[0].configuration.durability).toBe("process");
    await server.kill();
    rmSync(disk, { recursive: true });
    cpSync(kept, disk, { recursive: true });
    await server.start();
    await hasGoneBack(nodes, epoch, told);
  });

  it("begins new epochs where a replica takes over that lacks the last of it", async () => {
    const [master, replica] = [await started(...FORGETFUL), await started(...FORGETFUL)];
    const [toMaster, toReplica] = [await wire(master.port), await wire(master.port)];
    await replica.say("REPLICAOF", "127.0.0.1", new URL(toReplica.url).port);
    await until(async () => String(await replica.say("INFO", "replication")).includes("master_link_status:up"));
    const nodes = await two(toMaster.url);
    expect(nodes[0].configuration.summary).toMatch(/1 replicas?, which may lack the last acks/);
    const { epoch, told } = await both(nodes, async () => {
      await replicated(master, replica);
      toReplica.cut();
    });
    await master.kill();
    toMaster.cut();
    await replica.say("REPLICAOF", "NO", "ONE");
    toMaster.lead(replica.port);
    toMaster.mend();
    await hasGoneBack(nodes, epoch, told);
  });

  async function wire(port: number): Promise<Cable> {
    const between = await cable(port);
    ends.push(() => between.close());
    return between;
  }

  /** Has one message said before something, and one behind it: all nodes have seen both. */
  async function both(
    [here, there]: readonly [Opened, Opened],
    meanwhile: () => Promise<void>,
  ): Promise<{ readonly epoch: string; readonly told: readonly string[] }> {
    const told: string[] = [];
    there.log.tail("a", (epoch) => told.push(epoch));
    expect(await appended(here.log, draft("a", "kept"))).toMatchObject([{ type: "appended" }]);
    await meanwhile();
    expect(await appended(here.log, draft("a", "lost"))).toMatchObject([{ type: "appended" }]);
    expect(await contents(there.log, "a")).toEqual(["kept", "lost"]);
    return { epoch: (await there.log.head("a")).epoch, told };
  }
});
