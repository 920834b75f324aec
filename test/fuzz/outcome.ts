import { appendFileSync, readFileSync } from "node:fs";
import { loadavg } from "node:os";
import type { Findings, Kind } from "./campaign.ts";
import type { RoundTrips } from "./watch.ts";

/** What a run on one target came to. */
export interface Outcome {
  readonly name: string;
  readonly seed: number;
  readonly seconds: number;
  /** How soon a bystander was answered before, and meanwhile. */
  readonly quiet: RoundTrips;
  readonly busy: RoundTrips;
  /** How soon one was answered meanwhile by a server next door, of which nothing else is asked. */
  readonly elsewhere: RoundTrips;
  /** Resident memory in MiB: before, behind each part, and settled. */
  readonly memory: readonly number[];
  readonly parts: readonly Findings[];
  readonly crashes: number;
  readonly failures: readonly string[];
}

/** One run, as `record` keeps it. */
interface Line {
  readonly name: string;
  readonly done: Readonly<Record<Kind, number>>;
  readonly seconds: number;
  readonly crashes: number;
  readonly failures: number;
  readonly findings: number;
  readonly settled: number;
}

/** Says what a run came to, with the first of what was found. */
export function printOutcome(outcome: Outcome): void {
  const { name, seed, seconds, quiet, busy, elsewhere, memory, parts, crashes, failures } = outcome;
  const done = doneIn(parts);
  const findings = parts.flatMap((part, at) => part.findings.map((finding) => ({ ...finding, seed: seed + at })));
  const ms = ({ p50, p99, longest }: RoundTrips): string =>
    `p50 ${p50.toFixed(1)}, p99 ${p99.toFixed(1)}, longest ${longest.toFixed(0)} ms`;
  console.log(`${name}, seed ${seed}: ${total(done)} inputs in ${seconds.toFixed(0)} s, the machine's load ${load()}`);
  console.log(`  ${spell(done)}`);
  console.log(`  a bystander's publish: quiet ${ms(quiet)}; meanwhile ${ms(busy)} (${busy.count} of them)`);
  console.log(`  one's on a server next door that nobody fuzzes, meanwhile: ${ms(elsewhere)}`);
  console.log(`  memory before, behind each tenth, settled: ${memory.map((miB) => miB.toFixed(0)).join(", ")} MiB`);
  console.log(`  settled at ${percent(settledPart(memory))} of what it was behind the fifth`);
  console.log(`  crashes: ${crashes}, failed actors: ${failures.length}, findings: ${findings.length}`);
  for (const line of failures.slice(0, 5)) console.log(`    ${line.slice(0, 300)}`);
  for (const { block, what, inputs, seed: from } of findings.slice(0, 10)) {
    console.log(`    --seed ${from} --only ${block}: ${what}\n      ${inputs.slice(0, 600)}`);
  }
}

/** Keeps what a run came to in a file, behind those before. */
export function record(file: string, { name, seconds, parts, crashes, failures, memory }: Outcome): void {
  const findings = parts.reduce((sum, part) => sum + part.findings.length, 0);
  const settled = settledPart(memory);
  const line: Line = { name, done: doneIn(parts), seconds, crashes, failures: failures.length, findings, settled };
  appendFileSync(file, `${JSON.stringify(line)}\n`);
}

/** Says what the runs that a file keeps came to together. */
export function printSum(file: string): void {
  const lines = readFileSync(file, "utf8").trim().split("\n");
  const runs = Map.groupBy(
    lines.map((line) => JSON.parse(line) as Line),
    ({ name }) => name,
  );
  for (const [name, all] of runs) {
    const done = added(all.map((run) => run.done));
    const sum = (of: (run: Line) => number): number => all.reduce((so, run) => so + of(run), 0);
    const crashes = `crashes: ${sum((it) => it.crashes)}, failed actors: ${sum((it) => it.failures)}`;
    const memory = all.map(({ settled }) => percent(settled)).join(", ");
    console.log(
      `${name}: ${total(done)} inputs in ${all.length} runs of ${sum((it) => it.seconds).toFixed(0)} s together`,
    );
    console.log(`  ${spell(done)}; ${crashes}, findings: ${sum((it) => it.findings)}; memory settled at ${memory}`);
  }
}

function doneIn(parts: readonly Findings[]): Record<Kind, number> {
  return added(parts.map(({ done }) => done));
}

function added(all: readonly Readonly<Record<Kind, number>>[]): Record<Kind, number> {
  const sum: Record<Kind, number> = { commands: 0, frames: 0, handshakes: 0, credentials: 0, requests: 0 };
  for (const one of all) for (const kind of Object.keys(sum) as Kind[]) sum[kind] += one[kind];
  return sum;
}

function total(done: Readonly<Record<Kind, number>>): number {
  return Object.values(done).reduce((sum, count) => sum + count, 0);
}

function spell(done: Readonly<Record<Kind, number>>): string {
  return Object.entries(done)
    .map(([kind, count]) => `${count} ${kind}`)
    .join(", ");
}

/** Memory in the end, as a part of what it was behind half of it all. */
function settledPart(memory: readonly number[]): number {
  return (memory.at(-1) ?? 0) / (memory[Math.floor(memory.length / 2) - 1] ?? 1);
}

function percent(part: number): string {
  return `${Math.round(part * 100)} %`;
}

/** What else goes on: processes that want to run, on the average of the last minute. */
function load(): string {
  return (loadavg()[0] ?? 0).toFixed(1);
}
