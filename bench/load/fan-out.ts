import type { Client } from "./client.ts";
import { Crowd, pathOf } from "./crowd.ts";
import { cpuSeconds } from "./server-cost.ts";
import { Talk, type TalkSize } from "./talk.ts";
import { wait } from "./wait.ts";

/** Members who say something to their rooms, and hear everything. */
export interface FanOutJob extends TalkSize {
  readonly type: "fan-out";
  readonly format?: "v1" | "batch";
  readonly warmMs: number;
  readonly ms: number;
}

/** What came of it. */
export interface FanOutResult {
  readonly deliveries: number;
  readonly messages: number;
  readonly seconds: number;
  readonly cpuSeconds: number;
  /** From a message's sending until a member has it. */
  readonly p50: number;
  readonly p99: number;
  readonly lost: number;
  readonly reordered: number;
  /** Deliveries for each time a client read something. */
  readonly perRead: number;
}

const QUIET_MS = 250;

/** Has a crowd talk, and takes the figures of the server `pid` meanwhile. */
export async function fanOut(job: FanOutJob, { port, pid }: { readonly port: number; readonly pid: number }) {
  const talk = new Talk(job);
  const perRoom = job.members / job.rooms;
  const crowd = await Crowd.gather({
    port,
    size: job.members,
    format: job.format ?? "v1",
    path: (index) => pathOf(`r${Math.floor(index / perRoom)}`, index),
    text: (client, bytes, from, to) => talk.hear(client.index, bytes, from, to),
  });
  await wait(QUIET_MS);
  // Those who talk are spread over the room, as its members are written to in their order.
  talk.begin((room, nth) => {
    return crowd.clients[room * perRoom + Math.floor((nth * perRoom) / job.publishers)] as Client;
  });
  await wait(job.warmMs);
  const before = { ms: performance.now(), cpu: cpuSeconds(pid), ...talk.sums() };
  talk.measuring = true;
  await wait(job.ms);
  talk.measuring = false;
  const after = { ms: performance.now(), cpu: cpuSeconds(pid), ...talk.sums() };
  await talk.end();
  const lost = talk.missing();
  crowd.leave();
  const deliveries = after.deliveries - before.deliveries;
  return {
    deliveries,
    messages: after.messages - before.messages,
    seconds: (after.ms - before.ms) / 1_000,
    cpuSeconds: after.cpu - before.cpu,
    p50: talk.latencies.within(0.5),
    p99: talk.latencies.within(0.99),
    lost,
    reordered: talk.reordered,
    perRead: deliveries / (after.reads - before.reads),
  } satisfies FanOutResult;
}
