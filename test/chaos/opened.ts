import { Dice } from "../../src/testing/simulation/dice.ts";
import { type Balancer, type BalancerKind, startBalancer } from "../cluster/balancer.ts";
import { clusterTargets } from "../cluster/cluster.ts";
import { ClusterNode } from "../cluster/node.ts";
import { CAREFUL, startRedis } from "../logs/redis/server.ts";
import { Book } from "./book.ts";
import { Crowd } from "./crowd.ts";
import type { Links } from "./links.ts";
import { RawVisitor } from "./raw-visitor.ts";
import { Referee } from "./referee.ts";
import { TickerWatch } from "./ticker-watch.ts";
import { pause, type World } from "./world.ts";

/** What a world is opened with. */
export interface WorldOptions {
  readonly links: Links;
  readonly clients: number;
  readonly rooms: number;
  /** How many messages are said a second, by everybody together. */
  readonly perSecond: number;
  readonly seed: number;
  readonly balancer?: BalancerKind | undefined;
  /** The program of a node, where it is not the server's own. */
  readonly mains?: readonly (string | undefined)[];
  /** Settings of the nodes. */
  readonly env?: Readonly<Record<string, string>>;
}

/** A world that is going on. */
export interface OpenWorld extends World {
  readonly balancer: Balancer;
  readonly ticker: TickerWatch;
  close(): Promise<void>;
}

const PREFIX = "chaos:";
/** New clients come by so many at a time. */
const AT_ONCE = 20;

/** Starts Redis, a node on each runtime and a balancer, and lets the clients in. */
export async function openWorld(options: WorldOptions): Promise<OpenWorld> {
  const { links, clients, rooms, perSecond, seed, mains = [], env = {} } = options;
  const ends: (() => unknown)[] = [];
  async function close(): Promise<void> {
    for (const end of ends.reverse()) await end();
  }
  try {
    const redis = await startRedis(CAREFUL, { place: links.redis, apart: true });
    ends.push(() => redis.remove());
    ends.push(() => links.close());
    const nodes = await Promise.all(
      Object.entries(clusterTargets).map(async ([name, target], at) => {
        const main = mains[at] === undefined ? {} : { main: mains[at] };
        const log = await links.redisUrl(at, redis.port);
        const settings = { GREENROOM_LOG: log, GREENROOM_REDIS_PREFIX: PREFIX, GREENROOM_RATE_LIMITS: "off", ...env };
        return new ClusterNode({ name, target, env: settings, place: links.place(at), ...main });
      }),
    );
    ends.push(() => Promise.all(nodes.map((node) => node.kill())));
    await Promise.all(nodes.map((node) => node.start()));
    const balancer = await startBalancer(nodes, { kind: options.balancer });
    ends.push(() => balancer.close());
    const dice = new Dice(seed);
    const book = new Book();
    const referee = new Referee(redis.url, PREFIX);
    const crowd = new Crowd({ book, dice: dice.fork(), rooms, perSecond, url: balancer.url });
    ends.push(() => crowd.close());
    for (let count = 0; count < clients; count += 1) {
      crowd.invite();
      if (count % AT_ONCE === 0) await pause(50);
    }
    // Somebody is in the ticker's room on each node, and stays with that one.
    const watchers = nodes.map(({ url, name }) => {
      return new RawVisitor({ name: `watcher_${name}`, book, url, rooms: ["ticker"], random: dice.fork().random });
    });
    ends.push(() => watchers.map((watcher) => watcher.close()));
    const ticker = new TickerWatch(referee, book);
    ends.push(() => ticker.stop());
    const { visitors } = crowd;
    return { redis, nodes, links, referee, visitors, book, dice, crowd, balancer, ticker, close };
  } catch (error) {
    await close();
    throw error;
  }
}
