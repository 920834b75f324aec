import { measured } from "../measuring.ts";
import { type Subject, subjects } from "../subjects.ts";
import { figure, table } from "../table.ts";
import type { Growth } from "./growth.ts";

const SIZES = [10, 100, 1_000, 5_000];
const VISITORS = 20;

/**
 * What a join and the leave after it cost as the room they go to grows: of users who are there already, and of strangers,
 * whose coming and going every member is told a few times a second.
 */
export const joins: Growth = async ({ names, root, part }) => {
  const sizes = SIZES.filter((size) => size <= 5_000 * part);
  const rows: string[][] = [];
  for (const name of names) {
    for (const strangers of [false, true]) {
      const cells: string[] = [];
      for (const members of sizes) {
        const job = { type: "joining", members, visitors: VISITORS, strangers, warmMs: 1_000, ms: 2_000 } as const;
        const result = await measured(subjects[name] as Subject, job, { root });
        const told = `, ${figure(result["toldEachSecond"] ?? Number.NaN)} told`;
        cells.push(`${figure(result["microsecondsEach"] ?? Number.NaN)}${strangers ? told : ""}`);
      }
      rows.push([strangers ? `${name}, strangers` : name, ...cells]);
    }
  }
  const head = ["µs of CPU a join and leave, by members", ...sizes.map(figure)];
  return `### Joins and leaves\n\n${table(head, rows)}\n`;
};
