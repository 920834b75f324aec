import { measured } from "../measuring.ts";
import { type Subject, subjects } from "../subjects.ts";
import { figure, table } from "../table.ts";
import type { Growth } from "./growth.ts";

const MEMBERS = 19_000;
/** Two rounds of heartbeats, at one ping for each connection every 25 s. */
const STAY_MS = 50_000;
const ROOMS = 190;

/** What connections cost that say nothing: memory, and CPU for their heartbeats. */
export const idle: Growth = async ({ names, root, part }) => {
  const members = Math.round(MEMBERS * part);
  const rows: string[][] = [];
  for (const name of names) {
    const job = { type: "idle", members, rooms: Math.ceil(ROOMS * part), ms: STAY_MS } as const;
    const result = await measured(subjects[name] as Subject, job, { root });
    const of = (key: string): number => result[key] ?? Number.NaN;
    rows.push([
      name,
      figure(of("kibEach")),
      figure(of("fullMiB")),
      `${figure(100 * of("idleCpuShare"))} %`,
      figure(of("connectSeconds")),
      figure(of("lost")),
    ]);
  }
  const head = ["", "KiB a connection", "MiB in all", "of a core", "s to connect", "lost"];
  const what = `${figure(members)} joined connections in ${figure(Math.ceil(ROOMS * part))} rooms, ${STAY_MS / 1_000} s`;
  return `### Idle: ${what}\n\n${table(head, rows)}\n`;
};
