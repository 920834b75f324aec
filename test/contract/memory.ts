import { expect } from "vitest";
import type { Server } from "./server.ts";

/** How far memory may stand above where it was. */
const TOLERANCE = 1.1;
/** A round is given so long to settle, in ms: connections take a moment to end, and pages to be given back. */
const SETTLE_MS = 2_000;
const LOOK_MS = 100;
/** The fifth round: three of a leak are more than the tolerance by then. */
const FIRST_TO_COUNT = 4;
const MOST_ROUNDS = 10;
/** A leak that is more than the tolerance over three rounds is so over five all the more, wherever they begin. */
const APART = 5;

/** What stands in memory, in MiB. */
export interface Weight {
  /** What is left of the heap once its garbage is collected. */
  readonly live: number;
  /** What the process has of the machine (`VmRSS` in `/proc`). */
  readonly resident: number;
}

/** The program whose memory can be looked at, and how its engine is told to let it. */
export const weighed = {
  main: "test/contract/weighed-server.ts",
  env: { NODE_OPTIONS: "--expose-gc", DENO_V8_FLAGS: "--expose-gc" },
} as const;

/** What is asked of a server whose memory is looked at: it runs the program above. */
type Weighed = Pick<Server, "residentMiB" | "signal" | "output" | "alive">;

/**
 * Does the same again and again, and looks whether memory stands still: what lives in the heap, and what the process has.
 *
 * The first two rounds warm up: code is compiled, and allocators take pages that they keep. From the fifth on, memory is
 * back where one leaves no more than 10 % above what lived behind the second, and above what was resident two rounds
 * before. Where warming up takes longer, what lived behind a later one counts as well, five rounds on. What leaks lives,
 * and grows with every round: it never comes to that. Garbage is collected before each look: an engine left to itself may
 * let that of ten rounds lie, which looks like a leak, and hides one.
 *
 * @returns what each round has left behind.
 */
export async function comesBack(server: Weighed, round: () => Promise<void>): Promise<readonly Weight[]> {
  const left: Weight[] = [];
  for (let at = 0; at < MOST_ROUNDS; at += 1) {
    await round();
    const [, second] = left;
    const before = left[at - 2];
    if (at < FIRST_TO_COUNT || second === undefined || before === undefined) {
      left.push(await weigh(server));
      continue;
    }
    const warm = Math.max(second.live, at - APART < 2 ? 0 : (left[at - APART]?.live ?? 0));
    const bound = { live: warm * TOLERANCE, resident: before.resident * TOLERANCE };
    const weight = await settled(server, bound);
    left.push(weight);
    if (isWithin(weight, bound)) return left;
  }
  const said = (what: keyof Weight): string => left.map((weight) => weight[what].toFixed(1)).join(", ");
  expect.fail(
    `Cannot see memory come back: after each round ${said("live")} MiB lived and ${said("resident")} MiB were resident`,
  );
}

function isWithin({ live, resident }: Weight, bound: Weight): boolean {
  return live <= bound.live && resident <= bound.resident;
}

/** The least that is seen within the time to settle; that it is within the bound is enough. */
async function settled(server: Weighed, bound: Weight): Promise<Weight> {
  let least = await weigh(server);
  for (let waited = 0; waited < SETTLE_MS && !isWithin(least, bound); waited += LOOK_MS) {
    await pause();
    const { live, resident } = await weigh(server);
    least = { live: Math.min(least.live, live), resident: Math.min(least.resident, resident) };
  }
  return least;
}

async function weigh(server: Weighed): Promise<Weight> {
  const weighings = (): RegExpMatchArray[] => [...server.output().matchAll(/^weighed \d+: ([\d.]+) MiB$/gm)];
  const before = weighings().length;
  server.signal("SIGUSR2");
  for (;;) {
    const live = weighings()[before]?.[1];
    if (live !== undefined) return { live: Number(live), resident: server.residentMiB() };
    if (!server.alive()) throw new Error(`Cannot weigh the server: it has ended\n${server.output().slice(-2_000)}`);
    await pause();
  }
}

function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, LOOK_MS));
}
