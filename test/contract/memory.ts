import { expect } from "vitest";
import type { Server } from "./server.ts";

/** How far memory may stand above where it was. */
const TOLERANCE = 1.1;
/** A round is given so long to settle, in ms: collectors return pages late, and some only when there is work again. */
const SETTLE_MS = 1_000;
const LOOK_MS = 100;
const MOST_ROUNDS = 8;

/**
 * Does the same again and again, and looks from outside (`VmRSS` in `/proc`) whether memory stands still.
 *
 * What a round leaves behind is the least that is seen while it settles. The first rounds warm up: code is compiled, and
 * collectors and allocators take pages that they keep. From the third round on, one that leaves no more than 10 % above
 * what stood two rounds earlier says that memory is back; what leaks grows with every round, and never comes to that.
 *
 * @returns what each round has left behind, in MiB.
 */
export async function comesBack(server: Pick<Server, "residentMiB">, round: () => Promise<void>): Promise<number[]> {
  const left: number[] = [];
  for (let at = 0; at < MOST_ROUNDS; at += 1) {
    await round();
    const bound = (left[at - 2] ?? 0) * TOLERANCE;
    const least = await settled(server, bound);
    left.push(least);
    if (least <= bound) return left;
  }
  const said = left.map((miB) => miB.toFixed(0)).join(", ");
  expect.fail(`Cannot see memory come back: after each round it stood at ${said} MiB`);
}

/** The least memory that is seen within the time to settle; that it is within the bound is enough. */
async function settled(server: Pick<Server, "residentMiB">, bound: number): Promise<number> {
  let least = server.residentMiB();
  for (let waited = 0; waited < SETTLE_MS && least > bound; waited += LOOK_MS) {
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    least = Math.min(least, server.residentMiB());
  }
  return least;
}
