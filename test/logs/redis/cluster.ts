import type { RedisServer } from "./server.ts";
import { startRedis } from "./server.ts";

/** A Cluster of a test's own: three masters, and a replica of the first. Nobody but the test has a node replaced. */
export interface RedisCluster {
  readonly masters: readonly RedisServer[];
  readonly replica: RedisServer;
  /** Resolves once the replica has all that its master has now. */
  replicated(): Promise<void>;
  /** Sends one command to whoever has its key. */
  say(...command: readonly string[]): Promise<unknown>;
  remove(): Promise<void>;
}

const SLOTS = 16_384;
const SETTINGS = ["--save", "", "--appendonly", "no", "--cluster-enabled", "yes", "--cluster-node-timeout", "120000"];

/** Starts a Cluster, and resolves once all its nodes agree on it. */
export async function startCluster(): Promise<RedisCluster> {
  const servers = await Promise.all([1, 2, 3, 4].map(() => startRedis(SETTINGS)));
  const [first, , , replica] = servers as [RedisServer, RedisServer, RedisServer, RedisServer];
  const masters = servers.slice(0, 3);
  for (const [at, master] of masters.entries()) {
    const share = [at, at + 1].map((part) => Math.floor((part * SLOTS) / 3));
    await master.say("CLUSTER", "ADDSLOTSRANGE", String(share[0]), String((share[1] as number) - 1));
    await master.say("CLUSTER", "SET-CONFIG-EPOCH", String(at + 1));
  }
  for (const other of servers.slice(1)) await first.say("CLUSTER", "MEET", "127.0.0.1", String(other.port));
  await until(async () => (await Promise.all(servers.map(known))).every((count) => count === 4));
  await replica.say("CLUSTER", "REPLICATE", String(await first.say("CLUSTER", "MYID")));
  const settled = async (server: RedisServer): Promise<boolean> =>
    String(await server.say("CLUSTER", "INFO")).includes("cluster_state:ok");
  await until(async () => (await Promise.all(servers.map(settled))).every(Boolean));
  await until(async () => String(await replica.say("INFO", "replication")).includes("master_link_status:up"));

  async function say(...command: readonly string[]): Promise<unknown> {
    try {
      return await first.say(...command);
    } catch (error) {
      const [, port] = /^MOVED .*:(\d+)$/.exec((error as Error).message) ?? [];
      const owner = servers.find((server) => String(server.port) === port);
      if (owner === undefined) throw error;
      return owner.say(...command);
    }
  }

  return {
    masters,
    replica,
    replicated: () => replicated(first, replica),
    say,
    async remove() {
      await Promise.all(servers.map((server) => server.remove()));
    },
  };
}

/** Resolves once a replica has all that its master has now. */
export async function replicated(master: RedisServer, replica: RedisServer): Promise<void> {
  const offset = await fact(master, "master_repl_offset");
  await until(async () => (await fact(replica, "slave_repl_offset")) >= offset);
}

async function fact(server: RedisServer, name: string): Promise<number> {
  const said = String(await server.say("INFO", "replication"));
  return Number(new RegExp(`^${name}:(\\d+)`, "m").exec(said)?.[1]);
}

async function known(server: RedisServer): Promise<number> {
  return Number(/cluster_known_nodes:(\d+)/.exec(String(await server.say("CLUSTER", "INFO")))?.[1]);
}

/** Waits for something; whoever waits has a deadline. */
export async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 20));
}
