import { fileURLToPath } from "node:url";
import { binaryOf } from "../test/matrix/targets.ts";
import { installPeers } from "./install-peers.ts";
import type { WorkName } from "./kernel/work.ts";
import { output } from "./measuring.ts";
import { median, spread } from "./statistics.ts";
import { figure, percent, table } from "./table.ts";

/** The libraries whose actors are compared; the first is ours. */
export const libraries = ["greenroom", "nact", "xstate"] as const;

const works: readonly (readonly [WorkName, string, number])[] = [
  ["tell", "messages to one actor", 400_000],
  ["hop", "messages between two actors", 400_000],
  ["crowd", "messages to 1,000 actors in turn", 400_000],
  ["ask", "questions answered", 100_000],
  ["spawn", "actors born, told and ended", 50_000],
  ["stage", "messages with something to write", 400_000],
];

const main = fileURLToPath(new URL("kernel/main.ts", import.meta.url));

/** What one work costs one library: how many of it are done in a second of CPU time, and in how many writes. */
export async function kernelRun(
  library: string,
  work: WorkName,
  count: number,
): Promise<{ readonly perCpuSecond: number; readonly writes: number | undefined }> {
  const result = await output([binaryOf("driver"), main, library, work, String(count)], 1);
  return { perCpuSecond: count / (result["cpuSeconds"] ?? Number.NaN), writes: result["writes"] };
}

/** All works of all libraries, as a table. */
export async function kernelsTable(runs: number): Promise<string> {
  installPeers();
  const rows: string[][] = [];
  for (const [work, meaning, count] of works) {
    const rates = new Map<string, number[]>(libraries.map((library) => [library, []]));
    let writes: number | undefined;
    for (let run = 0; run < runs; run += 1) {
      for (const [library, list] of rates) {
        const result = await kernelRun(library, work, count);
        if (!Number.isNaN(result.perCpuSecond)) list.push(result.perCpuSecond);
        writes = result.writes ?? writes;
      }
    }
    const [ours, nact, xstate] = libraries.map((library) => rates.get(library) ?? []) as [number[], number[], number[]];
    const carried = writes === undefined ? "" : `, in ${writes} ${writes === 1 ? "write" : "writes"}`;
    rows.push([
      `${work}: ${figure(count)} ${meaning}${carried}`,
      figure(median(ours)),
      percent(spread(ours)),
      figure(median(nact)),
      figure(median(xstate)),
      figure(median(ours) / median(nact)),
      figure(median(ours) / median(xstate)),
    ]);
  }
  const head = ["per CPU second, on Node", "greenroom", "spread", "nact", "xstate", "× nact", "× xstate"];
  return `### The kernel beside other actor libraries\n\n${table(head, rows)}\n`;
}
