import type { Job } from "./load/main.ts";

/** One work that every subject is given, and what is read from it. */
export interface Suite {
  readonly title: string;
  readonly job: Job;
  /** What is compared, from what the load says of a run. */
  readonly key: (result: Result) => number;
  readonly unit: string;
  /** Whether less of it is better. */
  readonly less?: true;
  /** What is shown beside it. */
  readonly columns: Readonly<Record<string, (result: Result) => number>>;
}

/** What a load says of a run: figures by name. */
export type Result = Readonly<Record<string, number>>;

const TIMES = { warmMs: 700, ms: 1_500 };

const p50 = (result: Result): number => of(result, "p50");
const p99 = (result: Result): number => of(result, "p99");
const lost = (result: Result): number => of(result, "lost");
const reordered = (result: Result): number => of(result, "reordered");
const busy = (result: Result): number => (100 * of(result, "cpuSeconds")) / of(result, "seconds");
const deliveries = (result: Result): number => of(result, "deliveries") / of(result, "cpuSeconds");
const delivered = {
  unit: "deliveries / CPU s",
  key: deliveries,
  columns: {
    "per read": (result: Result) => of(result, "perRead"),
    "CPU %": busy,
    "p50 ms": p50,
    "p99 ms": p99,
    lost,
    reordered,
  },
};

/** All works on sockets, by the name the command takes. */
export const suites: Readonly<Record<string, Suite>> = {
  "fan-out": {
    ...delivered,
    title: "Fan-out: 1,000 members in a room, 20 of them talk",
    job: { type: "fan-out", members: 1_000, rooms: 1, publishers: 20, ...TIMES },
  },
  single: {
    ...delivered,
    title: "Fan-out of one: 1,000 members in a room, one of them talks",
    job: { type: "fan-out", members: 1_000, rooms: 1, publishers: 1, ...TIMES },
  },
  rooms: {
    ...delivered,
    title: "Rooms: 100 of ten members, two talk in each",
    job: { type: "fan-out", members: 1_000, rooms: 100, publishers: 2, ...TIMES },
  },
  churn: {
    title: "Churn: connect, join, close, 64 at a time",
    job: { type: "churn", atOnce: 64, ...TIMES },
    unit: "cycles / CPU s",
    key: (result) => of(result, "cycles") / of(result, "cpuSeconds"),
    columns: { "cycles / s": (result) => of(result, "cycles") / of(result, "seconds"), "CPU %": busy, lost },
  },
  idle: {
    title: "Idle: 2,000 joined connections, 20 rooms of a hundred",
    job: { type: "idle", members: 2_000, rooms: 20, ms: 1_000 },
    unit: "KiB a connection",
    less: true,
    key: (result) => of(result, "kibEach"),
    columns: {
      "MiB empty": (result) => of(result, "emptyMiB"),
      "MiB full": (result) => of(result, "fullMiB"),
      "connects / CPU s": (result) => of(result, "connectsPerCpuSecond"),
      lost,
    },
  },
  history: {
    title: "History: 50 members read the last 50 messages, over and over",
    job: { type: "history", members: 50, page: 50, ...TIMES },
    unit: "pages / CPU s",
    key: (result) => of(result, "answers") / of(result, "cpuSeconds"),
    columns: { "CPU %": busy, "p50 ms": p50, "p99 ms": p99, lost },
  },
};

function of(result: Result, name: string): number {
  return result[name] ?? Number.NaN;
}
