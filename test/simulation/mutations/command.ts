/**
 * Puts faults into copies of the sources, and looks how many seeds the simulation takes to find each. Every one must be
 * found.
 *
 *     node test/simulation/mutations/command.ts [--seeds N] [--only TEXT] [--part I/N]
 */
import { spawnSync } from "node:child_process";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { clientMutations } from "./clients.ts";
import { diskMutations } from "./disk.ts";
import { fileMutations } from "./files.ts";
import { mutantOf } from "./mutant.ts";
import type { Mutation } from "./mutation.ts";
import { mutations } from "./mutations.ts";

/** So many seeds are run in one process; one that takes longer for them goes round in circles. */
const STINT = 100;
const PATIENCE_MS = 120_000;

interface Found {
  readonly seed: number | string;
  readonly kind: string;
  readonly said: string;
}

const { values } = parseArgs({
  options: { seeds: { type: "string" }, only: { type: "string" }, part: { type: "string" } },
});
const most = Number(values.seeds ?? 2_000);
const hunt = fileURLToPath(new URL("hunt.ts", import.meta.url));
/** Which of several machines or moments this is, each of which sees to its part of them. */
const [part = 1, parts = 1] = (values.part ?? "1/1").split("/").map(Number);
let missed = 0;

console.log("| mutation | seeds | found as | what the checker said |\n| --- | --- | --- | --- |");
for (const [at, each] of mutations.filter(({ name }) => name.includes(values.only ?? "")).entries()) {
  if (at % parts !== part - 1) continue;
  const found = foundBy(each);
  if (found === undefined) missed += 1;
  const { seed, kind, said } = found ?? { seed: `not in ${most}`, kind: "", said: "" };
  console.log(`| ${each.name} | ${seed} | ${kind} | ${said} |`);
}
process.exitCode = missed > 0 ? 1 : 0;

function foundBy(each: Mutation): Found | undefined {
  const mutant = mutantOf(each);
  try {
    for (let first = 1; first <= most; first += STINT) {
      const found = stint(mutant.entry, first, partOf(each));
      if (found !== undefined) return found;
    }
    return undefined;
  } finally {
    mutant.remove();
  }
}

/** What of the copy is to be looked at, if not its server. */
function partOf(each: Mutation): readonly string[] {
  if (diskMutations.includes(each)) return ["engine"];
  if (fileMutations.includes(each)) return ["files"];
  return clientMutations.includes(each) ? ["sdk"] : [];
}

function stint(entry: string, first: number, part: readonly string[]): Found | undefined {
  const last = first + STINT - 1;
  const args = [hunt, entry, String(first), String(last), ...part];
  const run = spawnSync(process.execPath, args, { encoding: "utf8", timeout: PATIENCE_MS });
  if (run.signal !== null) return { seed: `${first}..${last}`, kind: "stuck", said: "a turn never ends" };
  if (run.status !== 0) throw new Error(`Cannot hunt: ${run.stderr}`);
  return run.stdout === "" ? undefined : JSON.parse(run.stdout);
}
