/**
 * Tries random commands, frames and handshakes on a server of each target, and holds it to an answer for each.
 *
 *     npm run fuzz -- [--target node24,bun,…] [--runs 1000000] [--seed 1] [--only commands:17]
 *
 * The same seed makes the same inputs again; a finding names its block, and `--only` does that one alone.
 */
import { loadavg } from "node:os";
import process from "node:process";
import { parseArgs } from "node:util";
import { type Server, startServer } from "../contract/server.ts";
import { installRuntimes } from "../matrix/install.ts";
import { type TargetName, targets } from "../matrix/targets.ts";
import { campaign, type Findings } from "./campaign.ts";
import { type RoundTrips, Watch } from "./watch.ts";

/** One of each transport. */
const EVERY = "node24,bun,deno-node,deno-native";
/** This part of the inputs is tried on a server that holds clients to their rates. */
const RATED = 0.05;
/** The others are tried in so many parts, each under a seed of its own, and memory is looked at behind each. */
const PARTS = 10;
const QUIET_MS = 5_000;
const HEAP = "--max-old-space-size=192";
/** Its rooms keep 1,000 entries each, so that memory is not what was said. */
const MAIN = "test/contract/custom-server.ts";

const { values } = parseArgs({
  options: {
    target: { type: "string", default: EVERY },
    runs: { type: "string", default: "1000000" },
    seed: { type: "string", default: `${Math.floor(Math.random() * 2 ** 31)}` },
    only: { type: "string" },
  },
});
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
  const common = {
    GREENROOM_ROOM_IDLE_MS: "2000",
    GREENROOM_TEST_ROOM_ENTRIES: "1000",
    // V8 lets garbage lie while there is room: in a small heap, what grows is no garbage. Bun's engine has no such flag.
    NODE_OPTIONS: HEAP,
    DENO_V8_FLAGS: HEAP,
  };
  const [server, rated] = await Promise.all(
    ["off", "on"].map((rates) =>
      startServer({ target: targets[name], main: MAIN, env: { ...common, GREENROOM_RATE_LIMITS: rates } }),
    ) as [Promise<Server>, Promise<Server>],
  );
  const watch = new Watch(`ws://127.0.0.1:${server.port}/ws/bystander`);
  try {
    await pause(1_000);
    await watch.mark();
    await pause(QUIET_MS);
    const quiet = await watch.mark();
    const memory = [server.residentMiB()];
    const beganMs = performance.now();
    const parts: Findings[] = [];
    for (let part = 0; part < PARTS; part += 1) {
      const count = Math.ceil((runs * (1 - RATED)) / PARTS);
      parts.push(await campaign({ port: server.port, seed: seed + part, runs: count, rates: false, strict, ...only }));
      memory.push(server.residentMiB());
      const tookS = (performance.now() - beganMs) / 1_000;
      process.stderr.write(`${name}: ${part + 1} of ${PARTS} parts after ${tookS.toFixed(0)} s\n`);
    }
    const busy = await watch.mark();
    // Of those, commands alone are sent, which are nine in ten.
    const count = Math.ceil((runs * RATED) / 0.9);
    parts.push(await campaign({ port: rated.port, seed: seed + PARTS, runs: count, rates: true, strict, ...only }));
    const seconds = (performance.now() - beganMs) / 1_000;
    await pause(QUIET_MS);
    memory.push(server.residentMiB());
    const crashes = [server, rated].filter((one) => !one.alive()).length;
    const failures = [server, rated].flatMap((one) =>
      one
        .output()
        .split("\n")
        .filter((line) => /has failed|[Ee]rror:|panicked/.test(line)),
    );
    report({ name, seed, seconds, quiet, busy, memory, parts, crashes, failures });
  } finally {
    watch.end();
    await server.stop();
    await rated.stop();
  }
}

interface Outcome {
  readonly name: string;
  readonly seed: number;
  readonly seconds: number;
  readonly quiet: RoundTrips;
  readonly busy: RoundTrips;
  readonly memory: readonly number[];
  readonly parts: readonly Findings[];
  readonly crashes: number;
  readonly failures: readonly string[];
}

function report({ name, seed, seconds, quiet, busy, memory, parts, crashes, failures }: Outcome): void {
  const sum = (of: (part: Findings) => number): number => parts.reduce((total, part) => total + of(part), 0);
  const [commands, frames, handshakes] = [sum((it) => it.commands), sum((it) => it.frames), sum((it) => it.handshakes)];
  const findings = parts.flatMap((part, at) => part.findings.map((finding) => ({ ...finding, seed: seed + at })));
  const ms = ({ p50, p99, longest }: RoundTrips): string =>
    `p50 ${p50.toFixed(1)}, p99 ${p99.toFixed(1)}, longest ${longest.toFixed(0)} ms`;
  console.log(
    `${name}, seed ${seed}: ${commands + frames + handshakes} inputs in ${seconds.toFixed(0)} s, the machine's load ${loadOf()}`,
  );
  console.log(`  ${commands} commands, ${frames} runs of frames, ${handshakes} handshakes`);
  console.log(`  a bystander's publish: quiet ${ms(quiet)}; meanwhile ${ms(busy)} (${busy.count} of them)`);
  console.log(`  memory before, behind each tenth, settled: ${memory.map((miB) => miB.toFixed(0)).join(", ")} MiB`);
  console.log(`  crashes: ${crashes}, failed actors: ${failures.length}, findings: ${findings.length}`);
  for (const line of failures.slice(0, 5)) console.log(`    ${line.slice(0, 300)}`);
  for (const { block, what, inputs, seed: from } of findings.slice(0, 10)) {
    console.log(`    --seed ${from} --only ${block}: ${what}\n      ${inputs.slice(0, 240)}`);
  }
  if (crashes + failures.length + findings.length > 0) process.exitCode = 1;
}

/** What else goes on: processes that want to run, on the average of the last minute. */
function loadOf(): string {
  return (loadavg()[0] ?? 0).toFixed(1);
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
