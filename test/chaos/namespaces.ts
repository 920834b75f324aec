import { type ChildProcess, execFile, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import process from "node:process";
import { promisify } from "node:util";
import type { Place } from "../cluster/place.ts";
import type { Links, Way } from "./links.ts";

const run = promisify(execFile);

/** Says to the command that it has the network to itself. */
const INSIDE = "GREENROOM_CHAOS_NETWORK";

/** How a network of one's own is had: as root, or as an ordinary user who is root only there. */
const ways = [["--net"], ["--user", "--map-root-user", "--net"]] as const;

/**
 * Runs this command again in a network of its own, which nobody else is on and which ends with it, and ends as that does.
 * Does nothing where it is there already, and answers `false` where no network can be had.
 */
export async function enterNetwork(): Promise<boolean> {
  if (process.env[INSIDE] !== undefined) return true;
  const way = ways.find((flags) => spawnSync("unshare", [...flags, "ip", "link", "set", "lo", "up"]).status === 0);
  if (way === undefined) return false;
  const again = [...way, process.execPath, ...process.execArgv, ...process.argv.slice(1)];
  // In a group of its own: what a terminal tells the whole group is passed on, and must not come twice.
  const env = { ...process.env, [INSIDE]: "1" };
  const child = spawn("unshare", again, { stdio: "inherit", detached: true, env });
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => child.kill(signal));
  const [code] = (await once(child, "exit")) as [number | null];
  process.exit(code ?? 1);
}

/** Addresses that nobody outside sees. */
const REDIS = "10.77.0.2";
const addressOf = (node: number): string => `10.77.${node + 1}.2`;

/**
 * Nodes and Redis in network namespaces of their own, with the one that this process is in as the router between them.
 * There, a rule for each direction lets packets vanish without a word to anybody.
 */
export async function namespaces(nodes: number): Promise<Links> {
  const holders: ChildProcess[] = [];
  const cuts = new Map<number, (readonly string[])[]>();
  await run("ip", ["link", "set", "lo", "up"]);
  writeFileSync("/proc/sys/net/ipv4/ip_forward", "1");
  const redis = await space(REDIS);
  const places = await Promise.all(Array.from({ length: nodes }, (_, node) => space(addressOf(node))));

  /** A namespace lasts as long as somebody is in it. */
  async function space(host: string): Promise<Place> {
    const holder = spawn("unshare", ["--net", "cat"], { stdio: ["pipe", "pipe", "inherit"] });
    holders.push(holder);
    // Once it answers, it is where it should be.
    holder.stdin.write("x");
    await once(holder.stdout, "data");
    const pid = String(holder.pid);
    const within = ["nsenter", `--net=/proc/${pid}/ns/net`];
    const router = host.replace(/2$/, "1");
    const [near, far] = [`near${pid}`, `far${pid}`];
    await run("ip", ["link", "add", near, "type", "veth", "peer", "name", far]);
    await run("ip", ["link", "set", far, "netns", pid]);
    await run("ip", ["addr", "add", `${router}/30`, "dev", near]);
    await run("ip", ["link", "set", near, "up"]);
    for (const args of [
      ["addr", "add", `${host}/30`, "dev", far],
      ["link", "set", far, "up"],
      ["link", "set", "lo", "up"],
      ["route", "add", "default", "via", router],
    ]) {
      const [program = "", ...rest] = [...within, "ip", ...args];
      await run(program, rest);
    }
    return { host, before: within };
  }

  const rulesOf = (node: number, way: Way): (readonly string[])[] => {
    const out = ["from", addressOf(node), "to", REDIS, "blackhole"];
    const back = ["from", REDIS, "to", addressOf(node), "blackhole"];
    return { both: [out, back], out: [out], back: [back] }[way];
  };

  async function mend(node: number): Promise<void> {
    const rules = cuts.get(node) ?? [];
    cuts.delete(node);
    for (const rule of rules) await run("ip", ["rule", "del", ...rule]);
  }

  return {
    kind: "namespaces",
    redis,
    place: (node) => places[node] as Place,
    redisUrl: (_, port) => Promise.resolve(`redis://${REDIS}:${port}`),
    async cut(node, way) {
      await mend(node);
      const rules = rulesOf(node, way);
      cuts.set(node, rules);
      for (const rule of rules) await run("ip", ["rule", "add", ...rule]);
    },
    mend,
    async close() {
      for (const holder of holders) holder.stdin?.end();
      await Promise.all(holders.map((holder) => once(holder, "exit")));
    },
  };
}
