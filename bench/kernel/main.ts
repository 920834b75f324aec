/**
 * Measures one kind of work of one library and prints it: `node bench/kernel/main.ts LIBRARY WORK COUNT`. A process of its
 * own for each, since what was optimised for one work is wrong for the next.
 */
import process from "node:process";
import type { KernelWork, WorkName } from "./work.ts";

const WARM_ROUNDS = 3;
const [library, name, size] = process.argv.slice(2) as [string, WorkName, string];
const { work } = (await import(`./${library}.ts`)) as { readonly work: KernelWork };
const count = Number(size);

const run = work[name];
if (run === undefined) console.log("{}");
else {
  for (let round = 0; round < WARM_ROUNDS; round += 1) await run(count);
  const before = process.cpuUsage();
  const writes = await run(count);
  const { user, system } = process.cpuUsage(before);
  // Of the whole process, its collector's threads included.
  console.log(
    JSON.stringify({ count, cpuSeconds: (user + system) / 1_000_000, ...(writes !== undefined && { writes }) }),
  );
}
process.exit();
