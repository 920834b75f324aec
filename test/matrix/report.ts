import type { Failure, Outcome } from "./job.ts";

const longestMessage = 8;

/** Prints what came of one job: a line, and its failures below it. */
export function printOutcome(outcome: Outcome): void {
  console.log(row(outcome));
  for (const failure of outcome.failures) printFailure(failure);
}

/** Prints the table of everything, and the totals as the last line. */
export function printSummary(outcomes: readonly Outcome[]): void {
  console.log(
    `\n${"suite".padEnd(10)}${"target".padEnd(14)}${["passed", "failed", "exceptions", "seconds"].map((head) => head.padStart(11)).join("")}`,
  );
  for (const outcome of outcomes) console.log(row(outcome));
  const passed = outcomes.reduce((sum, outcome) => sum + outcome.passed, 0);
  const failed = outcomes.reduce((sum, outcome) => sum + outcome.failures.length, 0);
  console.log(`${passed} passed, ${failed} failed`);
}

function row({ job, passed, failures, exceptions, seconds }: Outcome): string {
  const numbers = [passed, failures.length, exceptions.length, seconds.toFixed(1)];
  return `${job.kind.padEnd(10)}${job.target.padEnd(14)}${numbers.map((number) => String(number).padStart(11)).join("")}`;
}

function printFailure({ name, message }: Failure): void {
  const lines = message
    .split("\n")
    .filter((line) => !/^\s+at .*(node_modules|node:internal|contract-test\.ts|inbox\.ts|client\.ts)/.test(line))
    .slice(0, longestMessage);
  console.log(`  ✗ ${name}\n${lines.map((line) => `      ${line.slice(0, 200)}`).join("\n")}`);
}
