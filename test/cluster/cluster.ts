import { CAREFUL, type RedisServer, startRedis } from "../logs/redis/server.ts";
import { installRuntimes } from "../matrix/install.ts";
import { type Target, targets } from "../matrix/targets.ts";
import { type Balancer, startBalancer } from "./balancer.ts";
import { ClusterNode } from "./node.ts";

/** One Redis, a node on each runtime, and a balancer in front of them. */
export interface Cluster {
  readonly redis: RedisServer;
  readonly nodes: readonly ClusterNode[];
  readonly balancer: Balancer;
  /** Ends everything in order, and leaves nothing behind. */
  stop(): Promise<void>;
}

/** The runtimes that the nodes of a cluster run on. */
export const clusterTargets: Readonly<Record<string, Target>> = {
  node: targets.node24,
  deno: targets["deno-node"],
  bun: targets.bun,
};

/** Starts a cluster; the balancer listens on `port`, the nodes on those behind it, and all on any that are free without one. */
export async function startCluster({
  port,
  env = {},
}: {
  readonly port?: number | undefined;
  readonly env?: Readonly<Record<string, string>>;
} = {}): Promise<Cluster> {
  installRuntimes();
  const redis = await startRedis(CAREFUL, { apart: true });
  const shared = { GREENROOM_LOG: redis.url, ...env };
  const nodes = Object.entries(clusterTargets).map(([name, target], at) => {
    const own = port === undefined ? {} : { port: port + 1 + at };
    return new ClusterNode({ name, target, env: shared, ...own });
  });
  let balancer: Balancer | undefined;
  async function stop(): Promise<void> {
    await Promise.all(nodes.map((node) => node.stop()));
    await balancer?.close();
    await redis.remove();
  }
  try {
    await Promise.all(nodes.map((node) => node.start()));
    balancer = await startBalancer(nodes, port === undefined ? {} : { port });
    return { redis, nodes, balancer, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
