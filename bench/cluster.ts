/**
 * What nodes on one Redis cost, beside Socket.IO with its adapter for Redis streams on the same work in the same run:
 *
 *     node bench/cluster.ts [--runs 3] [--work one,many] [--subjects greenroom,socket.io] [--nodes 1,2,3] [--out FILE]
 *
 * Linux alone. Nodes and Redis share one core, the load has another: so it is CPU time that is compared, theirs and that of
 * Redis. Redis keeps nothing on the disk, which is how both are fastest.
 */
import { execFile, spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import process from "node:process";
import { parseArgs, promisify } from "node:util";
import { type Child, startChild } from "../test/cluster/child.ts";
import type { Place } from "../test/cluster/place.ts";
import { FORGETFUL, startRedis } from "../test/logs/redis/server.ts";
import { installRuntimes } from "../test/matrix/install.ts";
import { binaryOf } from "../test/matrix/targets.ts";
import { dialects, type Subject } from "./cluster/dialects.ts";
import type { ClusterJob, ClusterResult } from "./cluster/load.ts";
import { installPeers } from "./install-peers.ts";
import { median } from "./statistics.ts";
import { figure, table } from "./table.ts";

const { values } = parseArgs({
  options: {
    runs: { type: "string", default: "3" },
    work: { type: "string", default: "one,many" },
    subjects: { type: "string", default: Object.keys(dialects).join(",") },
    nodes: { type: "string", default: "1,2,3" },
    out: { type: "string" },
  },
});

const times = { warmMs: 700, ms: 1_500 };
const works = {
  one: { title: "One room of 600 members, 20 of them talk", members: 600, rooms: 1, publishers: 20, ...times },
  many: { title: "60 rooms of ten members, two talk in each", members: 600, rooms: 60, publishers: 2, ...times },
};
const columns = [
  ...["nodes", "deliveries / CPU s of nodes", "with Redis's", "deliveries / s"],
  ...["CPU % of nodes", "of Redis", "p50 ms", "p99 ms", "lost", "reordered"],
];
const SERVERS = "0";
const LOAD = "1";

// Whoever is ended early takes its servers with it.
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(1));
installRuntimes();
installPeers();
const here = `${cpus().length} × ${cpus()[0]?.model.trim()}, ${versions()}; medians of ${values.runs}`;
const parts = [`${new Date().toISOString().slice(0, 10)}, ${here}.`];
console.log(parts[0]);
let clean = true;
for (const name of values.work.split(",") as (keyof typeof works)[]) {
  const rows = await rowsOf(name);
  parts.push(`## ${works[name].title}`, table(["", ...columns], rows));
  console.log(`\n${parts.slice(-2).join("\n\n")}`);
}
if (values.out !== undefined) writeFileSync(values.out, `${parts.join("\n\n")}\n`);
process.exit(clean ? 0 : 1);

/** One row for each subject and number of nodes; they take turns, so that all have the same weather. */
async function rowsOf(name: keyof typeof works): Promise<string[][]> {
  const cases = (values.subjects.split(",") as Subject[]).flatMap((subject) =>
    values.nodes.split(",").map((count) => ({ subject, count: Number(count), results: [] as ClusterResult[] })),
  );
  for (let run = 0; run < Number(values.runs); run += 1) {
    for (const each of cases) each.results.push(await measured(each.subject, each.count, name));
  }
  return cases.map(({ subject, count, results }) => {
    const of = (key: (result: ClusterResult) => number): string => figure(median(results.map(key)));
    const sum = (key: "lost" | "reordered"): number => results.reduce((all, result) => all + result[key], 0);
    // What others lose is shown, and no fault of ours.
    if (subject !== "socket.io" && sum("lost") + sum("reordered") > 0) clean = false;
    return [
      subject,
      String(count),
      of(({ deliveries, nodesCpuSeconds }) => deliveries / nodesCpuSeconds),
      of(({ deliveries, nodesCpuSeconds, redisCpuSeconds }) => deliveries / (nodesCpuSeconds + redisCpuSeconds)),
      of(({ deliveries, seconds }) => deliveries / seconds),
      of(({ nodesCpuSeconds, seconds }) => (100 * nodesCpuSeconds) / seconds),
      of(({ redisCpuSeconds, seconds }) => (100 * redisCpuSeconds) / seconds),
      of(({ p50 }) => p50),
      of(({ p99 }) => p99),
      String(sum("lost")),
      String(sum("reordered")),
    ];
  });
}

async function measured(subject: Subject, count: number, name: keyof typeof works): Promise<ClusterResult> {
  const place: Place = { host: "127.0.0.1", before: ["taskset", "-c", SERVERS] };
  const redis = await startRedis(FORGETFUL, { place, apart: true });
  const nodes: Child[] = [];
  try {
    const ports: number[] = [];
    for (let at = 0; at < count; at += 1) {
      const { child, port } = await started(subject, redis.url);
      nodes.push(child);
      ports.push(port);
    }
    const redisPid = Number(/process_id:(\d+)/.exec(String(await redis.say("INFO", "server")))?.[1]);
    const { title: _, ...work } = works[name];
    const job: ClusterJob = { subject, ports, pids: nodes.map(({ pid }) => pid), redisPid, ...work };
    const args = ["-c", LOAD, process.execPath, new URL("cluster/load.ts", import.meta.url).pathname];
    const { stdout } = await promisify(execFile)("taskset", [...args, JSON.stringify(job)], { timeout: 60_000 });
    return JSON.parse(stdout) as ClusterResult;
  } finally {
    await Promise.all(nodes.map((node) => node.kill()));
    await redis.remove();
  }
}

async function started(subject: Subject, url: string): Promise<{ readonly child: Child; readonly port: number }> {
  const { promise, resolve } = Promise.withResolvers<number>();
  const main = subject === "socket.io" ? "bench/cluster/socket-io.ts" : "src/main.ts";
  const settings = { PORT: "0", HOST: "127.0.0.1", GREENROOM_RATE_LIMITS: "off", GREENROOM_LOG: url, REDIS_URL: url };
  const child = await startChild(["taskset", "-c", SERVERS, binaryOf("driver"), main], {
    env: { ...process.env, NODE_ENV: "production", ...settings },
    onOutput(said) {
      const port = /listening on http:\/\/127\.0\.0\.1:(\d+)/i.exec(said)?.[1];
      if (port !== undefined) resolve(Number(port));
    },
  });
  const ended = child.exited.then((code) => {
    throw new Error(`Cannot measure ${subject}: it has ended with ${code}\n${child.output()}`);
  });
  ended.catch(() => undefined);
  return { child, port: await Promise.race([promise, ended]) };
}

function versions(): string {
  const { dependencies } = JSON.parse(readFileSync(new URL("peers/package.json", import.meta.url), "utf8")) as {
    readonly dependencies: Readonly<Record<string, string>>;
  };
  const redis = /v=([\d.]+)/.exec(spawnSync("redis-server", ["--version"], { encoding: "utf8" }).stdout)?.[1];
  const peers = ["socket.io", "@socket.io/redis-streams-adapter", "redis"];
  return [
    `Node ${process.versions.node}`,
    `Redis ${redis}`,
    ...peers.map((name) => `${name} ${dependencies[name]}`),
  ].join(", ");
}
