/**
 * Puts faults into copies of the sources, and looks how many seeds the simulation takes to find each. Every one must be
 * found, and none of the seeds may fail without it.
 *
 *     node test/simulation/mutations/command.ts [--seeds N] [--only TEXT]
 */
import process from "node:process";
import { parseArgs } from "node:util";
import { simulate } from "../../../src/testing/mod.ts";
import { deliveryMutations } from "./delivery.ts";
import { lifeMutations } from "./lives.ts";
import { mutantOf } from "./mutant.ts";
import type { Mutation } from "./mutation.ts";
import { promiseMutations } from "./promises.ts";

const { values } = parseArgs({ options: { seeds: { type: "string" }, only: { type: "string" } } });
const most = Number(values.seeds ?? 2_000);
const all = [...deliveryMutations, ...lifeMutations, ...promiseMutations];
let missed = 0;

console.log("| mutation | seeds | found by | what the checker said |\n| --- | --- | --- | --- |");
for (const each of all) {
  if (each.name.includes(values.only ?? "")) await hunt(each).catch(tell);
}
process.exitCode = missed > 0 ? 1 : 0;

function tell(error: unknown): void {
  missed += 1;
  console.error(error instanceof Error ? error.message : error);
}

async function hunt(each: Mutation): Promise<void> {
  const mutant = await mutantOf(each);
  try {
    for (let seed = 1; seed <= most; seed += 1) {
      const { violations } = await simulate({ seed, server: mutant.greenroom });
      const [first] = violations;
      if (first === undefined) continue;
      console.log(`| ${each.name} | ${seed} | ${first.kind} | ${first.who} ${first.text.split("\n")[0]} |`);
      return;
    }
    missed += 1;
    console.log(`| ${each.name} | not in ${most} | | |`);
  } finally {
    mutant.remove();
  }
}
