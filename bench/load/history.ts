import { frame } from "./client.ts";
import { Crowd, pathOf } from "./crowd.ts";
import { Latencies } from "./latencies.ts";
import { cpuSeconds } from "./server-cost.ts";
import { wait } from "./wait.ts";

/** Members of a room who ask for its last messages, one answer after the other. */
export interface HistoryJob {
  readonly type: "history";
  readonly members: number;
  /** How many messages each answer has. */
  readonly page: number;
  readonly warmMs: number;
  readonly ms: number;
}

const STORED = 200;
const SPOKEN_MS = 500;

/** Has members read back, and takes the figures of the server `pid` meanwhile. */
export async function history({ members, page, warmMs, ms }: HistoryJob, { port, pid }: { port: number; pid: number }) {
  const latencies = new Latencies();
  const ask = frame(`{"type":"history","room":"r0","limit":${page}}`);
  const askedMs = new Float64Array(members);
  let [answers, short, asking, measuring] = [0, 0, false, false];
  const crowd = await Crowd.gather({
    port,
    size: members,
    path: (index) => pathOf("r0", index),
    text(client, bytes, from, to) {
      if (!asking || !bytes.toString("latin1", from, from + 40).includes('"type":"history"')) return;
      // Each of a page's messages is longer than this; a page that lacks some is none.
      if (to - from < page * 100) short += 1;
      answers += 1;
      const now = performance.now();
      if (measuring) latencies.note(now - (askedMs[client.index] as number));
      askedMs[client.index] = now;
      client.send(ask);
    },
  });
  const says = frame(`{"type":"message","content":"${"x".repeat(64)}"}`);
  for (let at = 0; at < STORED; at += 1) crowd.clients[0]?.send(says);
  await wait(SPOKEN_MS);
  asking = true;
  for (const client of crowd.clients) {
    askedMs[client.index] = performance.now();
    client.send(ask);
  }
  await wait(warmMs);
  const before = { ms: performance.now(), cpu: cpuSeconds(pid), answers };
  measuring = true;
  await wait(ms);
  const after = { ms: performance.now(), cpu: cpuSeconds(pid), answers };
  crowd.leave();
  return {
    answers: after.answers - before.answers,
    seconds: (after.ms - before.ms) / 1_000,
    cpuSeconds: after.cpu - before.cpu,
    p50: latencies.within(0.5),
    p99: latencies.within(0.99),
    lost: short,
  };
}
