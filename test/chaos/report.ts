import type { Violation } from "./book.ts";
import type { ChaosReport } from "./chaos.ts";
import type { Handover } from "./hosts.ts";
import type { RollingReport } from "./rolling.ts";

/** At most so many of a kind are printed in full. */
const PRINTED = 15;
/** How fine comebacks are shown in ms. */
const SLOT_MS = 500;

/** Prints what came of a run. */
export function printReport(report: ChaosReport, seconds: number): void {
  const { violations, faults, acknowledged, shown, returns, awayMs, presenceMs, resets, handovers } = report;
  console.log(`\n${[...faults.values()].reduce((sum, count) => sum + count, 0)} mishaps in ${seconds.toFixed(0)} s:`);
  for (const [name, count] of [...faults].sort((one, other) => other[1] - one[1])) {
    console.log(`  ${String(count).padStart(4)}  ${name}`);
  }
  console.log(
    `${acknowledged} messages acknowledged, ${shown} shown, ${resets} resets, the ticker moved ${handovers} times`,
  );
  for (const kind of ["raw", "sdk"] as const) {
    const times = returns.filter((each) => each.kind === kind).map(({ ms = Number.POSITIVE_INFINITY }) => ms);
    console.log(`${kind} clients back within ${quantiles(times)} ms`);
  }
  console.log(`${awayMs.length} lost connections, and their rooms for ${quantiles(awayMs)} ms`);
  console.log(`presence right within ${quantiles(presenceMs)} ms`);
  printViolations(violations);
}

/** Prints how a cluster was started anew. */
export function printRolling(report: RollingReport, seconds: number): void {
  const { violations, acknowledged, shown, spreadMs, awayMs, flickers } = report;
  console.log(
    `\n${spreadMs.length} came back in ${seconds.toFixed(0)} s; when they dialled, from the first of each node on:`,
  );
  const slots = new Map<number, number>();
  for (const ms of spreadMs) slots.set(Math.floor(ms / SLOT_MS), (slots.get(Math.floor(ms / SLOT_MS)) ?? 0) + 1);
  const most = Math.max(...slots.values());
  for (let slot = 0; slot <= Math.max(...slots.keys()); slot += 1) {
    const count = slots.get(slot) ?? 0;
    const bar = "#".repeat(Math.ceil((count / most) * 50));
    console.log(`  ${((slot * SLOT_MS) / 1_000).toFixed(1).padStart(5)} s ${String(count).padStart(5)} ${bar}`);
  }
  console.log(`without a connection for ${quantiles(awayMs)} ms`);
  console.log(
    `${acknowledged} messages acknowledged, ${shown} shown; ${flickers} were told of somebody who had not gone`,
  );
  printViolations(violations);
}

/** Prints how the ticker went from node to node. */
export function printHandovers(handovers: readonly Handover[], violations: readonly Violation[]): void {
  for (const { how, ms } of handovers) console.log(`its node was ${how}: another went on after ${ms.toFixed(0)} ms`);
  printViolations(violations);
}

function printViolations(violations: readonly Violation[]): void {
  console.log(`${violations.length} violations`);
  const kinds = new Set(violations.map(({ fault }) => fault));
  for (const kind of kinds) {
    const those = violations.filter(({ fault }) => fault === kind);
    console.log(`  ${kind}: ${those.length}`);
    for (const { who, text } of those.slice(0, PRINTED)) console.log(`    ${who} ${text}`);
  }
}

/** The middle, the last hundredth and the last of some numbers. */
function quantiles(numbers: readonly number[]): string {
  const sorted = [...numbers].sort((one, other) => one - other);
  const at = (part: number): string => (sorted[Math.ceil(part * sorted.length) - 1] ?? Number.NaN).toFixed(0);
  return `${at(0.5)} (half), ${at(0.99)} (99 %), ${at(1)} (all)`;
}
