/**
 * What the durable log costs at its port, beside bare `node:sqlite` with the same rows and the same group commit:
 *
 *     node bench/durable-log.ts [--seconds 3] [--warm 2] [--rounds 3] [--publishers 1,64,1000]
 *         [--entries 1000000] [--data FOLDER]
 *
 * Runs on Node, Deno (`deno run -A`) and Bun alike. Publishers have one message under way each, of 200 characters, under a
 * key. Both sides wait for the disk (`synchronous=FULL`). Each side of each round is a process of its own, and they take
 * turns; medians over the rounds.
 */
import { execFileSync } from "node:child_process";
import { tmpdir } from "node:os";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { history } from "./durable/history.ts";
import type { Row } from "./durable/side.ts";
import { median } from "./statistics.ts";

const { values } = parseArgs({
  options: {
    seconds: { type: "string", default: "3" },
    warm: { type: "string", default: "2" },
    rounds: { type: "string", default: "3" },
    publishers: { type: "string", default: "1,64,1000" },
    entries: { type: "string", default: "1000000" },
    data: { type: "string", default: tmpdir() },
  },
});
const [seconds, warm, rounds, entries] = [values.seconds, values.warm, values.rounds, values.entries].map(Number) as [
  number,
  number,
  number,
  number,
];
const side = fileURLToPath(new URL("durable/side.ts", import.meta.url));
const flags = "Deno" in globalThis ? ["run", "-A"] : [];

function measured(name: "greenroom" | "bare", publishers: number): Row {
  const given = [name, publishers, warm, seconds, values.data].map(String);
  const said = execFileSync(process.execPath, [...flags, side, ...given], { encoding: "utf8" });
  return JSON.parse(said) as Row;
}

function appends(publishers: number): void {
  const rows: Record<"greenroom" | "bare", Row[]> = { greenroom: [], bare: [] };
  for (let round = 0; round < rounds; round += 1) {
    for (const name of ["greenroom", "bare"] as const) rows[name].push(measured(name, publishers));
  }
  const line = (name: "greenroom" | "bare"): string => {
    const of = (key: keyof Row): number => median(rows[name].map((row) => row[key]));
    const acks = `ack p50 ${of("p50").toFixed(2)} ms, p99 ${of("p99").toFixed(2)} ms`;
    return `${Math.round(of("perSecond"))} appends/s, ${acks}, ${of("cpu").toFixed(1)} µs of CPU each`;
  };
  const ratio = (key: "perSecond" | "cpu"): string =>
    median(rows.greenroom.map((row, at) => row[key] / (rows.bare[at]?.[key] ?? Number.NaN))).toFixed(2);
  console.log(`${publishers} publishers`);
  console.log(`  greenroom    ${line("greenroom")}`);
  console.log(`  node:sqlite  ${line("bare")}`);
  console.log(`  greenroom has ${ratio("perSecond")} times its rate and takes ${ratio("cpu")} times its CPU`);
}

for (const publishers of values.publishers.split(",").filter((each) => each !== "")) appends(Number(publishers));
if (entries > 0) await history(entries, values.data);
