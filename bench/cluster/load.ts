/**
 * Has members on several nodes talk, and prints what came of it: `node bench/cluster/load.ts JOB`, the job as JSON. A process
 * of its own, so that it can have a core of its own.
 */
import process from "node:process";
import { wait } from "../load/wait.ts";
import type { Subject } from "./dialects.ts";
import { Talk } from "./talk.ts";

/** Members of rooms who are spread over the nodes; each publisher says its next message once all members have the last. */
export interface ClusterJob {
  readonly subject: Subject;
  /** Where the nodes listen. */
  readonly ports: readonly number[];
  /** The processes of the nodes, and that of Redis. */
  readonly pids: readonly number[];
  readonly redisPid: number;
  /** In all rooms together. */
  readonly members: number;
  readonly rooms: number;
  /** In each room. */
  readonly publishers: number;
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
  const talk = new Talk(job);
  await talk.gather();
  await wait(SETTLE_MS);
  talk.begin();
  await wait(job.warmMs);
  const before = talk.figures();
  talk.measuring = true;
  await wait(job.ms);
  talk.measuring = false;
  const after = talk.figures();
  await talk.end();
  return {
    deliveries: after.deliveries - before.deliveries,
    messages: after.messages - before.messages,
    seconds: (after.atMs - before.atMs) / 1_000,
    nodesCpuSeconds: after.nodes - before.nodes,
    redisCpuSeconds: after.redis - before.redis,
    p50: talk.latencies.within(0.5),
    p99: talk.latencies.within(0.99),
    lost: talk.lost,
    reordered: talk.reordered,
  };
}
