/**
 * Has members on several nodes talk, and prints what came of it: `node bench/cluster/load.ts JOB`, the job as JSON. A process
 * of its own, so that it can have a core of its own.
 */
import process from "node:process";
import type { Client } from "../load/client.ts";
import { Crowd } from "../load/crowd.ts";
import { cpuSeconds } from "../load/server-cost.ts";
import { Talk, type TalkSize } from "../load/talk.ts";
import { wait } from "../load/wait.ts";
import { type Dialect, dialects, type Subject } from "./dialects.ts";

/** Members of rooms who are spread over the nodes, those of each room on all nodes in turn. */
export interface ClusterJob extends TalkSize {
  readonly subject: Subject;
  /** Where the nodes listen. */
  readonly ports: readonly number[];
  /** The processes of the nodes, and that of Redis. */
  readonly pids: readonly number[];
  readonly redisPid: number;
  readonly warmMs: number;
  readonly ms: number;
}

/** What came of it. */
export interface ClusterResult {
  readonly deliveries: number;
  readonly messages: number;
  readonly seconds: number;
  /** Of all nodes together. */
  readonly nodesCpuSeconds: number;
  readonly redisCpuSeconds: number;
  readonly p50: number;
  readonly p99: number;
  readonly lost: number;
  readonly reordered: number;
}

const SETTLE_MS = 500;

if (import.meta.main) {
  console.log(JSON.stringify(await measured(JSON.parse(process.argv[2] ?? "") as ClusterJob)));
  process.exit();
}

async function measured(job: ClusterJob): Promise<ClusterResult> {
  const { subject, ports, members, rooms } = job;
  const dialect: Dialect = dialects[subject];
  const perRoom = members / rooms;
  const talk = new Talk(job, dialect.message);
  const crowd = await Crowd.gather({
    port: (index) => ports[index % ports.length] as number,
    size: members,
    format: dialect.format,
    path: (index) => dialect.path(`r${Math.floor(index / perRoom)}`, index),
    ...(dialect.opening !== undefined && { opening: dialect.opening }),
    mark: dialect.joined,
    text: (client, bytes, from, to) => talk.hear(client.index, bytes, from, to),
  });
  await wait(SETTLE_MS);
  talk.begin((room, nth) => crowd.clients[room * perRoom + nth] as Client);
  await wait(job.warmMs);
  const before = figures(job, talk);
  talk.measuring = true;
  await wait(job.ms);
  talk.measuring = false;
  const after = figures(job, talk);
  await talk.end();
  return {
    deliveries: after.deliveries - before.deliveries,
    messages: after.messages - before.messages,
    seconds: (after.atMs - before.atMs) / 1_000,
    nodesCpuSeconds: after.nodes - before.nodes,
    redisCpuSeconds: after.redis - before.redis,
    p50: talk.latencies.within(0.5),
    p99: talk.latencies.within(0.99),
    lost: talk.missing(),
    reordered: talk.reordered,
  };
}

function figures({ pids, redisPid }: ClusterJob, talk: Talk) {
  const nodes = pids.reduce((sum, pid) => sum + cpuSeconds(pid), 0);
  return { atMs: performance.now(), nodes, redis: cpuSeconds(redisPid), ...talk.sums() };
}
