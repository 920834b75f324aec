import { measured } from "./measuring.ts";
import { median, spread } from "./statistics.ts";
import { type Subject, subjects } from "./subjects.ts";
import { type Result, type Suite, suites } from "./suites.ts";
import { figure, percent, table } from "./table.ts";

/** What is measured, how often, and of which checkout. */
export interface SocketsOptions {
  readonly runs: number;
  readonly names: readonly string[];
  readonly root?: string;
}

/** What every ratio on the right goes by. */
const FOOT = "ws-node";

/** One suite over some subjects, as a table; the runs take turns, so that all have the same weather. */
export async function socketsTable(suite: keyof typeof suites, options: SocketsOptions): Promise<string> {
  const { title, job, unit, columns, key } = suites[suite] as Suite;
  const results = new Map<string, Result[]>(options.names.map((name) => [name, []]));
  for (let run = 0; run < options.runs; run += 1) {
    for (const [name, list] of results) {
      const subject = subjects[name] as Subject;
      list.push(await measured(subject, job, options.root === undefined ? {} : { root: options.root }));
    }
  }
  const figures = (name: string): number[] => (results.get(name) ?? []).map(key);
  const ratio = (name: string, to: string | undefined): string =>
    to === undefined || !results.has(to) ? "–" : figure(median(figures(name)) / median(figures(to)));
  const rows = [...results].map(([name, list]) => [
    name,
    figure(median(figures(name))),
    percent(spread(figures(name))),
    ratio(name, subjects[name]?.control),
    ratio(name, FOOT),
    ...Object.entries(columns).map(([title, of]) =>
      // What must not happen at all is summed over the runs.
      figure(
        title === "lost" || title === "reordered" ? list.reduce((sum, one) => sum + of(one), 0) : median(list.map(of)),
      ),
    ),
  ]);
  const head = ["", unit, "spread", "× control", `× ${FOOT}`, ...Object.keys(columns)];
  return `### ${title}\n\n${table(head, rows)}\n`;
}

/** Whether a table says that something was lost or came out of order. */
export function isClean(text: string): boolean {
  const [head, , ...rows] = text
    .split("\n")
    .filter((line) => line.startsWith("|"))
    .map((line) => line.split("|"));
  return (head ?? []).every((title, at) => {
    return !/^\s*(lost|reordered)\s*$/.test(title) || rows.every((row) => Number(row[at]) === 0);
  });
}
