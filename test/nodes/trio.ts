import { randomUUID } from "node:crypto";
import process from "node:process";
import { afterAll, afterEach, beforeAll } from "vitest";
import { type Client, type ClientOptions, connect } from "../contract/client.ts";
import type { EventOf } from "../contract/inbox.ts";
import { type Server, startServer } from "../contract/server.ts";
import { type RedisServer, startRedis } from "../logs/redis/server.ts";
import { type TargetName, targets } from "../matrix/targets.ts";

/** How nodes are started. */
export interface TrioOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** What Redis is started with. */
  readonly redis?: readonly string[];
  /** What each node stands on. */
  readonly on?: readonly TargetName[];
}

/** Nodes on a Redis of their own, for a file of tests. */
export interface Trio {
  redis(): RedisServer;
  node(at: number): Server;
  /** Starts a node in the place of one that has ended. */
  restart(at: number): Promise<Server>;
  /** A guest on a node. */
  guest(at: number, name: string, options?: ClientOptions & { readonly path?: string }): Promise<Client>;
  /** A guest on a node who has joined a room. */
  member(
    at: number,
    name: string,
    room: string,
    since?: object,
  ): Promise<Client & { readonly joined: EventOf<"joined"> }>;
  fetch(at: number, path: string, init?: RequestInit): Promise<Response>;
}

/** One node on each runtime. */
const everywhere: readonly TargetName[] = ["node24", "deno-node", "bun"];

/** Starts three nodes, one on each runtime, that share a Redis, and ends them after the file's tests. */
export function trio({ env = {}, redis: settings, on = everywhere }: TrioOptions = {}): Trio {
  let redis: RedisServer | undefined;
  const nodes: Server[] = [];
  const clients: Client[] = [];

  function start(at: number): Promise<Server> {
    const shared = { GREENROOM_LOG: running().url, GREENROOM_REDIS_PREFIX: `${prefix}:` };
    const target = targets[on[at] as TargetName];
    return startServer({ target, env: { ...shared, ...env }, startWithinMs: 60_000 });
  }

  function running(): RedisServer {
    if (redis === undefined) throw new Error("Cannot go on: there is no Redis yet");
    return redis;
  }

  const prefix = randomUUID();
  beforeAll(async () => {
    redis = await startRedis(settings);
    nodes.push(...(await Promise.all(on.map((_, at) => start(at)))));
  }, 120_000);
  afterEach(async () => {
    await Promise.all(clients.splice(0).map((client) => client.close()));
  });
  afterAll(async () => {
    await Promise.all(nodes.map((node) => node.stop()));
    await redis?.remove();
  });

  function node(at: number): Server {
    return nodes[at] as Server;
  }

  async function guest(
    at: number,
    name: string,
    { path = "/ws", ...options }: ClientOptions & { readonly path?: string } = {},
  ): Promise<Client> {
    const mark = path.includes("?") ? "&" : "?";
    const client = await connect(`ws://127.0.0.1:${node(at).port}${path}${mark}name=${name}`, options);
    clients.push(client);
    await client.next("welcome", undefined, 30_000);
    return client;
  }

  return {
    redis: running,
    node,
    guest,
    async restart(at) {
      nodes[at] = await start(at);
      return node(at);
    },
    async member(at, name, room, since) {
      const client = await guest(at, name);
      const joined = await client.request({ type: "join", room, ...(since && { since }) }, "joined", 30_000);
      return Object.assign(client, { joined });
    },
    fetch: (at, path, init) => fetch(`http://127.0.0.1:${node(at).port}${path}`, init),
  };
}

/** Stops a process where it stands, or has it go on. */
export function signal({ pid }: Pick<Server, "pid">, name: "SIGSTOP" | "SIGCONT"): void {
  process.kill(pid, name);
}

/** Who a client takes for members of a room, from what it has been told. */
export function believed({ events }: Client, room: string): readonly string[] {
  const members = new Set<string>();
  for (const event of events) {
    if (!("room" in event) || event.room !== room) continue;
    if (event.type === "joined") {
      members.clear();
      for (const { id } of event.members) members.add(id);
    }
    if (event.type !== "presence") continue;
    for (const { id } of event.joined ?? []) members.add(id);
    for (const id of event.left ?? []) members.delete(id);
  }
  return [...members].map((id) => id.slice("guest:".length)).sort();
}

/** Whether a client was ever told that somebody has left. */
export function sawLeaving({ events }: Client, name: string): boolean {
  return events.some((event) => event.type === "presence" && event.left?.includes(`guest:${name}`));
}
