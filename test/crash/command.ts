/**
 * Kills servers under load and looks at what is left.
 *
 *     npm run crash -- [--kills 50] [--target node24,bun,deno-node,deno-native]
 */
import process from "node:process";
import { parseArgs } from "node:util";
import { installRuntimes } from "../matrix/install.ts";
import { type TargetName, targets } from "../matrix/targets.ts";
import { crashes } from "./crashes.ts";

const { values } = parseArgs({
  options: {
    kills: { type: "string", default: "50" },
    target: { type: "string", default: "node24,bun,deno-node,deno-native" },
  },
});
const names = values.target.split(",");
const unknown = names.filter((name) => !Object.hasOwn(targets, name));
if (unknown.length > 0 || !/^[1-9]\d{0,4}$/.test(values.kills)) {
  console.error(`Cannot crash ${values.target} ${values.kills} times: targets are ${Object.keys(targets).join(", ")}`);
  process.exit(2);
}
installRuntimes();
for (const name of names) {
  const startedMs = performance.now();
  const onKill = (killed: number): void => void (process.stdout.isTTY && process.stdout.write(`\r${name} ${killed}`));
  const { acknowledged, midway, violations } = await crashes({
    target: targets[name as TargetName],
    kills: Number(values.kills),
    onKill,
  });
  const seconds = ((performance.now() - startedMs) / 1_000).toFixed(0);
  console.log(
    `\r${name}: killed ${values.kills} times, ${midway} of them with messages under way; ${acknowledged} acknowledged, ${violations.length} violations, ${seconds} s`,
  );
  for (const violation of violations.slice(0, 20)) console.log(`  ${violation}`);
  if (violations.length > 0) process.exitCode = 1;
}
process.exit();
