import { Client } from "./client.ts";
import { addressOf, pathOf } from "./crowd.ts";
import { cpuSeconds } from "./server-cost.ts";
import { wait } from "./wait.ts";

/** Clients who connect, join, close and come again. */
export interface ChurnJob {
  readonly type: "churn";
  /** So many at any time. */
  readonly atOnce: number;
  readonly warmMs: number;
  readonly ms: number;
}

/** Has clients come and go, and takes the figures of the server `pid` meanwhile; a cycle ends with the connection's end. */
export async function churn({ atOnce, warmMs, ms }: ChurnJob, { port, pid }: { port: number; pid: number }) {
  let cycles = 0;
  let begun = 0;
  let failed = 0;
  let over = false;
  const joined = new WeakSet<Client>();
  const closing = Promise.withResolvers<void>();
  let open = 0;

  function come(): void {
    const index = begun;
    begun += 1;
    open += 1;
    const options = { port, path: pathOf(`r${index % atOnce}`, index % 1_000_000), from: addressOf(index) };
    new Client(index, options, {
      text: (client, bytes, from, to) => {
        if (joined.has(client) || bytes.subarray(from, to).indexOf('"type":"joined"') < 0) return;
        joined.add(client);
        client.close();
      },
      ended: (client) => {
        open -= 1;
        if (joined.has(client)) cycles += 1;
        else failed += 1;
        if (!over) come();
        else if (open === 0) closing.resolve();
      },
    });
  }

  for (let at = 0; at < atOnce; at += 1) come();
  await wait(warmMs);
  const before = { ms: performance.now(), cpu: cpuSeconds(pid), cycles };
  await wait(ms);
  const after = { ms: performance.now(), cpu: cpuSeconds(pid), cycles };
  over = true;
  await Promise.race([closing.promise, wait(5_000)]);
  return {
    cycles: after.cycles - before.cycles,
    seconds: (after.ms - before.ms) / 1_000,
    cpuSeconds: after.cpu - before.cpu,
    lost: failed + open,
  };
}
