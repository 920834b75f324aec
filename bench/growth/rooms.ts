import { measured } from "../measuring.ts";
import { type Subject, subjects } from "../subjects.ts";
import { figure, table } from "../table.ts";
import type { Growth } from "./growth.ts";

const SIZES = [1, 10, 100, 1_000, 10_000, 100_000];
const MOST_CLIENTS = 1_000;
const MOST_ACTIVE = 10_000;
/** One at a time, so that no message shares its turn with another of its room. */
const UNDER_WAY = 1;

/** What one message costs as there are more rooms, each of one member, and what one more room holds in memory. */
export const rooms: Growth = async ({ names, root, part }) => {
  const sizes = SIZES.filter((size) => size <= 100_000 * part);
  const rows: string[][] = [];
  for (const name of names) {
    const cells: string[] = [];
    let [kibEach, fullMiB] = [Number.NaN, Number.NaN];
    for (const size of sizes) {
      const clients = Math.min(size, MOST_CLIENTS);
      const job = {
        type: "many-rooms",
        rooms: size,
        active: Math.min(size, MOST_ACTIVE),
        clients,
        underWay: UNDER_WAY,
        warm: 20_000,
        counted: 50_000,
      } as const;
      const result = await measured(subjects[name] as Subject, job, { root });
      cells.push(figure(result["microsecondsEach"] ?? Number.NaN));
      [kibEach, fullMiB] = [result["kibEach"] ?? kibEach, result["fullMiB"] ?? fullMiB];
    }
    rows.push([name, ...cells, figure(kibEach), figure(fullMiB)]);
  }
  const head = ["µs of CPU a message, by rooms", ...sizes.map(figure), "KiB a room", "MiB in all"];
  return `### Rooms\n\n${table(head, rows)}\n`;
};
