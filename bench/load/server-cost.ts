import { readFileSync } from "node:fs";

/** What `/proc` counts in, a second (`getconf CLK_TCK`; 100 on Linux). */
const TICKS = 100;

/** The CPU time that a process has used so far, all its threads and those of the system on its behalf, in seconds. */
export function cpuSeconds(pid: number): number {
  const text = readFileSync(`/proc/${pid}/stat`, "utf8");
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) / TICKS;
}

/** The memory that a process has resident, in KiB. */
export function residentKiB(pid: number): number {
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]);
}
