/**
 * Simulates the whole server: its actors, clients, network and log, from one seed.
 *
 *     node test/simulation/command.ts --seed 42          replays one seed, and prints its trace
 *     node test/simulation/command.ts --seeds 1..10000   runs many, and says which failed
 *     node test/simulation/command.ts --clients sdk      the same with clients of `greenroom/client`, which it puts to the test
 */
import process from "node:process";
import { parseArgs } from "node:util";
import { connect } from "../../src/client/mod.ts";
import { greenroom } from "../../src/greenroom.ts";
import { type Simulated, simulate, simulateClients, type Violation } from "../../src/testing/mod.ts";

const { values } = parseArgs({
  options: { seed: { type: "string" }, seeds: { type: "string" }, clients: { type: "string" } },
});
if (values.seed !== undefined) await replay(Number(values.seed));
else await runAll(values.seeds ?? "1..1000");

function run(options: { readonly seed: number; readonly trace?: boolean }): Promise<Simulated> {
  const whole = { ...options, server: greenroom };
  return values.clients === "sdk" ? simulateClients({ ...whole, connect }) : simulate(whole);
}

async function replay(seed: number): Promise<void> {
  const { plan, trace, violations, hash } = await run({ seed, trace: true });
  const { limits, ...rest } = plan;
  console.log(`seed ${seed}: ${JSON.stringify(rest)}`);
  console.log(
    `budget ${limits.outboxBytes} bytes, heartbeat ${limits.heartbeatMs} ms, grace ${limits.presenceGraceMs} ms`,
  );
  for (const line of trace) console.log(line);
  console.log(`trace ${hash}`);
  report(seed, violations);
}

async function runAll(range: string): Promise<void> {
  const [first = 1, last = first] = range.split("..").map(Number);
  const began = performance.now();
  let [simulatedMs, events, failures] = [0, 0, 0];
  for (let seed = first; seed <= last; seed += 1) {
    const came = await run({ seed });
    simulatedMs += came.simulatedMs;
    events += came.events;
    failures += came.violations.length > 0 ? 1 : 0;
    report(seed, came.violations);
  }
  const tookMs = performance.now() - began;
  const count = last - first + 1;
  const perSecond = ((count / tookMs) * 1_000).toFixed(1);
  const hours = (simulatedMs / 3_600_000).toFixed(1);
  console.log(`${count} seeds in ${(tookMs / 1_000).toFixed(1)} s: ${perSecond} seeds/s, ${failures} failed`);
  console.log(`${hours} hours simulated, ${Math.round(simulatedMs / tookMs)} times as fast as they would have been`);
  console.log(`${events} things happened, ${Math.round(events / count)} a seed`);
}

function report(seed: number, violations: readonly Violation[]): void {
  for (const { kind, atMs, who, text } of violations.slice(0, 5)) {
    console.log(`seed ${seed} at ${atMs} ms: ${kind}: ${who} ${text}`);
  }
  if (violations.length > 0) process.exitCode = 1;
}
