import { Crowd, pathOf } from "./crowd.ts";
import { cpuSeconds, residentKiB } from "./server-cost.ts";
import { wait } from "./wait.ts";

/** Members who say nothing. */
export interface IdleJob {
  readonly type: "idle";
  readonly members: number;
  readonly rooms: number;
  /** How long they stay, once the memory has settled. */
  readonly ms: number;
}

const SETTLE_MS = 1_500;

/** Lets members in and has them stay, and takes the memory and the CPU time of the server `pid`. */
export async function idle({ members, rooms, ms }: IdleJob, { port, pid }: { port: number; pid: number }) {
  const emptyKiB = residentKiB(pid);
  const began = { ms: performance.now(), cpu: cpuSeconds(pid) };
  const crowd = await Crowd.gather({ port, size: members, path: (index) => pathOf(`r${index % rooms}`, index) });
  const connected = { ms: performance.now(), cpu: cpuSeconds(pid) };
  await wait(SETTLE_MS);
  const fullKiB = residentKiB(pid);
  const before = { ms: performance.now(), cpu: cpuSeconds(pid) };
  await wait(ms);
  const after = { ms: performance.now(), cpu: cpuSeconds(pid) };
  const { ended } = crowd;
  crowd.leave();
  return {
    members,
    kibEach: (fullKiB - emptyKiB) / members,
    emptyMiB: emptyKiB / 1_024,
    fullMiB: fullKiB / 1_024,
    connectsPerCpuSecond: members / (connected.cpu - began.cpu),
    connectSeconds: (connected.ms - began.ms) / 1_000,
    idleCpuShare: (after.cpu - before.cpu) / ((after.ms - before.ms) / 1_000),
    lost: ended,
  };
}
