/**
 * Tries random commands, frames, handshakes, credentials and requests on a server of each target, and holds it to an answer
 * for each.
 *
 *     npm run fuzz -- [--target node24,bun,…] [--runs 1000000] [--seed 1] [--only commands:17]
 *     npm run fuzz -- --runs 50000 --rate 1000
 *     npm run fuzz -- --runs 200000 --record FILE; npm run fuzz -- --sum FILE
 *
 * The same seed makes the same inputs again; a finding names its block, and `--only` does that one alone. `--rate` sends so
 * many a second, so that others are disturbed by what is sent and not by how much. What several runs came to is kept in a
 * file by `--record`, a line for each, and added up by `--sum`.
 */
import process from "node:process";
import { parseArgs } from "node:util";
import { type Server, startServer } from "../contract/server.ts";
import { installRuntimes } from "../matrix/install.ts";
import { type TargetName, targets } from "../matrix/targets.ts";
import { campaign, type Findings, shares } from "./campaign.ts";
import { fuzzedEnv } from "./fuzzed-house.ts";
import { type Outcome, printOutcome, printSum, record } from "./outcome.ts";
import { Watch } from "./watch.ts";

/** One of each transport. */
const EVERY = "node24,bun,deno-node,deno-native";
/** This part of the inputs is tried on a server that holds clients to their rates. */
const RATED = 0.05;
/** The others are tried in so many parts, each under a seed of its own, and memory is looked at behind each. */
const PARTS = 10;
const QUIET_MS = 5_000;
const HEAP = "--max-old-space-size=96";
/** Its rooms keep 1,000 entries each and 16 MiB together, so that memory is not what was said. */
const MAIN = "test/contract/custom-server.ts";

const { values } = parseArgs({
  options: {
    target: { type: "string", default: EVERY },
    runs: { type: "string", default: "1000000" },
    seed: { type: "string", default: `${Math.floor(Math.random() * 2 ** 31)}` },
    only: { type: "string" },
    rate: { type: "string" },
    record: { type: "string" },
    sum: { type: "string" },
  },
});
if (values.sum !== undefined) {
  printSum(values.sum);
  process.exit();
}
const names = values.target.split(",");
const unknown = names.filter((name) => !Object.hasOwn(targets, name));
if (unknown.length > 0)
  throw new Error(`Cannot fuzz ${unknown.join(", ")}: targets are ${Object.keys(targets).join(", ")}`);
installRuntimes();
for (const name of names) await fuzz(name as TargetName);

async function fuzz(name: TargetName): Promise<void> {
  const [seed, runs] = [Number(values.seed), Number(values.runs)];
  const strict = targets[name].transport !== "deno-native";
  const only = values.only === undefined ? {} : { only: values.only };
  const pace = values.rate === undefined ? {} : { perSecond: Number(values.rate) };
  const common = {
    ...fuzzedEnv,
    GREENROOM_ROOM_IDLE_MS: "2000",
    GREENROOM_TEST_ROOM_ENTRIES: "1000",
    GREENROOM_TEST_TOTAL_MIB: "16",
    // V8 lets garbage lie while there is room: in a small heap, what grows is no garbage. Bun's engine has no such flag.
    // Where it is about what others notice, the heap is as large as in life: a small one stops the server to be cleared.
    ...(values.rate === undefined && { NODE_OPTIONS: HEAP, DENO_V8_FLAGS: HEAP }),
  };
  // Of the last, nobody asks anything but a bystander: what that notices is the machine's.
  const [server, rated, spared] = await Promise.all(
    ["off", "on", "off"].map((rates) =>
      startServer({ target: targets[name], main: MAIN, env: { ...common, GREENROOM_RATE_LIMITS: rates } }),
    ) as [Promise<Server>, Promise<Server>, Promise<Server>],
  );
  const watch = new Watch(`ws://127.0.0.1:${server.port}/ws/bystander`);
  const nextDoor = new Watch(`ws://127.0.0.1:${spared.port}/ws/bystander`);
  try {
    await pause(1_000);
    await watch.mark();
    await pause(QUIET_MS);
    const quiet = await watch.mark();
    await nextDoor.mark();
    const memory = [server.residentMiB()];
    const beganMs = performance.now();
    const parts: Findings[] = [];
    for (let part = 0; part < PARTS; part += 1) {
      const count = Math.ceil((runs * (1 - RATED)) / PARTS);
      parts.push(
        await campaign({ port: server.port, seed: seed + part, runs: count, rates: false, strict, ...only, ...pace }),
      );
      memory.push(server.residentMiB());
      const tookS = (performance.now() - beganMs) / 1_000;
      process.stderr.write(`${name}: ${part + 1} of ${PARTS} parts after ${tookS.toFixed(0)} s\n`);
    }
    const [busy, elsewhere] = await Promise.all([watch.mark(), nextDoor.mark()]);
    // Of those, commands alone are sent.
    const count = Math.ceil((runs * RATED) / shares.commands);
    parts.push(
      await campaign({ port: rated.port, seed: seed + PARTS, runs: count, rates: true, strict, ...only, ...pace }),
    );
    const seconds = (performance.now() - beganMs) / 1_000;
    await pause(QUIET_MS);
    memory.push(server.residentMiB());
    const crashes = [server, rated, spared].filter((one) => !one.alive()).length;
    const failures = [server, rated].flatMap((one) =>
      one
        .output()
        .split("\n")
        .filter((line) => /has failed|[Ee]rror:|panicked/.test(line)),
    );
    tell({ name, seed, seconds, quiet, busy, elsewhere, memory, parts, crashes, failures });
  } finally {
    watch.end();
    nextDoor.end();
    for (const one of [server, rated, spared]) await one.stop();
  }
}

function tell(outcome: Outcome): void {
  printOutcome(outcome);
  if (values.record !== undefined) record(values.record, outcome);
  const findings = outcome.parts.reduce((total, part) => total + part.findings.length, 0);
  if (outcome.crashes + outcome.failures.length + findings > 0) process.exitCode = 1;
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
