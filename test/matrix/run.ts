/**
 * Runs every suite where it belongs: the unit suites inside each runtime, those of Redis as well, the house suites on
 * Node 24, the contract suite against a server on each target, that of the cluster against three at once, and the browser
 * suite in Chromium.
 *
 *     node test/matrix/run.ts [--only unit|redis|house|contract|cluster|browser] [--target node24,bun,…] [FILE …]
 *
 * Nothing is skipped: a missing runtime, an empty suite and a skipped test are failures.
 */
import process from "node:process";
import { parseArgs } from "node:util";
import { exceptions } from "../contract/exceptions.ts";
import { startRedis } from "../logs/redis/server.ts";
import { installRuntimes } from "./install.ts";
import { endJobs, type Job, type Outcome, runJob } from "./job.ts";
import { printOutcome, printSummary } from "./report.ts";
import { type Target, type TargetName, targets, unitRuntimes } from "./targets.ts";

const lanes = 2;
/** The longest come first, so that the lanes end together; what is short fills in at the end. */
const order = ["contract", "cluster", "unit", "browser", "house", "logged contract", "redis"];

const { values, positionals } = parseArgs({
  options: { only: { type: "string" }, target: { type: "string" } },
  allowPositionals: true,
});
const jobs = chosen(everyJob());
installRuntimes();
process.once("exit", endJobs);
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(1));
// One Redis for all servers of the run.
const redis = jobs.some(({ target }) => target.endsWith("-redis")) ? await startRedis() : undefined;
if (redis !== undefined) process.env["GREENROOM_TEST_REDIS"] = redis.url;
const outcomes = await inLanes(jobs);
await redis?.remove();
printSummary(outcomes);
process.exitCode = outcomes.some(({ failures }) => failures.length > 0) ? 1 : 0;

function everyJob(): Job[] {
  const contract = Object.entries<Target>(targets).map(([target, { suites }]): Job => {
    const env = { GREENROOM_TEST_TARGET: target };
    return {
      ...(suites !== undefined && { suites }),
      kind: "contract",
      target,
      runtime: "driver",
      args: [],
      env,
      exceptions: Object.keys(exceptions[target as TargetName] ?? {}),
    };
  });
  const unit = Object.entries(unitRuntimes).map(([target, { runtime, args, says }]): Job => {
    const env = { GREENROOM_TEST_RUNTIME: says };
    return { kind: "unit", target, runtime, args, env, exceptions: [] };
  });
  const redis = unit.map((job): Job => ({ ...job, kind: "redis" }));
  const house: Job = { kind: "house", target: "node24", runtime: "driver", args: [], env: {}, exceptions: [] };
  const browser: Job = { ...house, kind: "browser", target: "chromium" };
  const cluster: Job = { ...house, kind: "cluster", target: "three-nodes" };
  return [...unit, ...redis, ...contract, cluster, browser, house];
}

function chosen(all: readonly Job[]): Job[] {
  const wanted = values.target?.split(",");
  const kinds = values.only?.split(",");
  const jobs = all.filter(({ kind, target }) => (kinds?.includes(kind) ?? true) && (wanted?.includes(target) ?? true));
  const unknown = wanted?.filter((name) => !all.some(({ target }) => target === name)) ?? [];
  if (jobs.length === 0 || unknown.length > 0) {
    console.error(
      `Cannot run --only ${values.only ?? "all"} --target ${values.target ?? "all"}: targets are ${[...new Set(all.map(({ target }) => target))].join(", ")}`,
    );
    process.exit(2);
  }
  return jobs;
}

function rankOf({ kind, suites }: Job): number {
  return order.indexOf(kind === "contract" && suites !== undefined ? "logged contract" : kind);
}

async function inLanes(waiting: readonly Job[]): Promise<Outcome[]> {
  const outcomes = new Map<Job, Outcome>();
  const queue = waiting.toSorted((one, other) => rankOf(one) - rankOf(other));
  const lane = async (): Promise<void> => {
    for (let job = queue.shift(); job !== undefined; job = queue.shift()) {
      const outcome = await runJob(job, positionals);
      outcomes.set(job, outcome);
      printOutcome(outcome);
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  return waiting.map((job) => outcomes.get(job) as Outcome);
}
