import { measured } from "../measuring.ts";
import { median } from "../statistics.ts";
import { type Subject, subjects } from "../subjects.ts";
import { figure, table } from "../table.ts";
import type { Growth } from "./growth.ts";

const SIZES = [10, 100, 1_000, 10_000];

/** What one delivery costs as a room grows: ten talk, each with one message under way. */
export const members: Growth = async ({ names, runs, root }) => {
  const rows: string[][] = [];
  for (const name of names) {
    const cells: string[] = [];
    let lost = 0;
    for (const size of SIZES) {
      const costs: number[] = [];
      for (let run = 0; run < runs; run += 1) {
        const times = { warmMs: 700, ms: size < 10_000 ? 1_500 : 3_000 };
        const job = { type: "fan-out", members: size, rooms: 1, publishers: 10, ...times } as const;
        const result = await measured(subjects[name] as Subject, job, { root });
        costs.push((1e6 * (result["cpuSeconds"] ?? 0)) / (result["deliveries"] ?? 0));
        lost += (result["lost"] ?? 0) + (result["reordered"] ?? 0);
      }
      cells.push(figure(median(costs)));
    }
    rows.push([name, ...cells, figure(lost)]);
  }
  const head = ["µs of CPU a delivery, by members", ...SIZES.map(figure), "lost or reordered"];
  return `### Members\n\n${table(head, rows)}\n`;
};
