/**
 * Has storms break over a server of each target, and measures what another client notices of them: how long its publishes
 * take to be acknowledged, quietly and meanwhile.
 *
 *     npm run storms [-- --target node24,bun,…] [--part 0.1] [--only flood]
 */
import { loadavg } from "node:os";
import process from "node:process";
import { parseArgs } from "node:util";
import { startServer } from "../contract/server.ts";
import { Watch } from "../fuzz/watch.ts";
import { installRuntimes } from "../matrix/install.ts";
import { type TargetName, targets } from "../matrix/targets.ts";
import { floodApart } from "./flood-thread.ts";
import { type Storm, storms } from "./storms.ts";

/** Others' p99 may be twice what it is when it is quiet; of what takes next to nothing, twice is nothing to go by. */
const BOUND = { times: 2, leastMs: 20 };
const QUIET_MS = 3_000;
const SETTLE_MS = 3_000;
/** For so long a flood goes somewhere else first: what others notice of that is what it costs the machine. */
const CONTROL_MS = 5_000;
/** How often the bystander says something: where rates are held, as often as they let it. */
const EVERY_MS = { freely: 10, limited: 60 };

const { values } = parseArgs({
  options: {
    target: { type: "string", default: "node24,bun,deno-node,deno-native" },
    /** How much of each storm's full number. */
    part: { type: "string", default: "1" },
    /** Only the storms whose name has this in it. */
    only: { type: "string", default: "" },
  },
});
const names = values.target.split(",");
const unknown = names.filter((name) => !Object.hasOwn(targets, name));
if (unknown.length > 0)
  throw new Error(`Cannot storm ${unknown.join(", ")}: targets are ${Object.keys(targets).join(", ")}`);
installRuntimes();
const chosen = storms.filter(({ name }) => name.includes(values.only));
for (const name of names) for (const storm of chosen) await weather(name as TargetName, storm);

async function weather(name: TargetName, storm: Storm): Promise<void> {
  const limited = storm.limited === true;
  const server = await startServer({ target: targets[name], env: { GREENROOM_RATE_LIMITS: limited ? "on" : "off" } });
  const url = `ws://127.0.0.1:${server.port}/ws/bystander`;
  const watch = limited ? new Watch(url, EVERY_MS.limited, "ping") : new Watch(url, EVERY_MS.freely);
  try {
    await pause(1_000);
    await watch.mark();
    await pause(QUIET_MS);
    const quiet = await watch.mark();
    const elsewhere = storm.busy === true ? await elsewhereP99(watch) : undefined;
    const before = server.residentMiB();
    const count = Math.ceil(storm.full * Number(values.part));
    const beganMs = performance.now();
    await storm.run(server, count);
    const seconds = (performance.now() - beganMs) / 1_000;
    const meanwhile = await watch.mark();
    await pause(SETTLE_MS);
    const boundMs = Math.max(BOUND.times * quiet.p99, quiet.p99 + BOUND.leastMs);
    const kept = meanwhile.p99 <= boundMs && server.alive();
    console.log(
      `${name.padEnd(12)} ${storm.name.padEnd(34)} ${String(count).padStart(7)} in ${seconds.toFixed(1)} s; others' p99 ` +
        `${quiet.p99.toFixed(1)} → ${meanwhile.p99.toFixed(1)} ms, longest ${meanwhile.longest.toFixed(0)} ms` +
        `${elsewhere === undefined ? "" : `, while it floods elsewhere ${elsewhere.toFixed(1)} ms`}; ` +
        `${before.toFixed(0)} → ${server.residentMiB().toFixed(0)} MiB; load ${(loadavg()[0] ?? 0).toFixed(1)}; ${kept ? "kept" : "NOT KEPT"}`,
    );
    if (!kept) process.exitCode = 1;
  } catch (error) {
    console.log(
      `${name.padEnd(12)} ${storm.name.padEnd(34)} ${error instanceof Error ? error.message : String(error)}`,
    );
    process.exitCode = 1;
  } finally {
    watch.end();
    await server.stop();
  }
}

/** What others notice of a flood that hits a server next door. */
async function elsewhereP99(watch: Watch): Promise<number> {
  const sink = await startServer({ target: targets.node24, main: "test/storms/sink.ts" });
  try {
    await watch.mark();
    await floodApart({ port: sink.port, path: "/", commands: ['{"type":"ping"}'] }, { ms: CONTROL_MS });
    return (await watch.mark()).p99;
  } finally {
    await sink.stop();
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
