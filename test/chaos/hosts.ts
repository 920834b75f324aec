import type { ClusterNode } from "../cluster/node.ts";
import { restarted } from "./mishaps.ts";
import type { OpenWorld } from "./opened.ts";
import { pause, until } from "./world.ts";

/** How the ticker went over to another node. */
export interface Handover {
  readonly how: "killed" | "stopped";
  /** From the fault to the first state that another node has written, in ms. */
  readonly ms: number;
}

/** Another node goes on within this long, in ms. */
const WITHIN_MS = 10_000;
/** A lease is renewed every 2 s: whoever stands still for this long has let one pass. */
const RENEWAL_MS = 3_500;
/** How often all nodes are gone through. */
const ROUNDS = 10;
/** For so long it is watched what one does that has lost its lease and comes to again. */
const AFTERWARDS_MS = 4_000;

/**
 * Takes the ticker from the node that has it, by its death and by having it stand still, and holds others to going on. That
 * nobody writes under a lease that has passed on is watched all the while.
 */
export async function handovers(
  world: OpenWorld,
  { times, withinMs = WITHIN_MS }: { readonly times: number; readonly withinMs?: number },
): Promise<readonly Handover[]> {
  const found: Handover[] = [];
  for (let time = 0; time < times; time += 1) {
    const how = time % 2 === 0 ? "killed" : "stopped";
    const node = await holder(world);
    const token = (await world.ticker.look())?.token ?? 0;
    if (how === "killed") await node.kill();
    else node.signal("SIGSTOP");
    const ms = await until(async () => ((await world.ticker.look())?.token ?? 0) > token, {
      withinMs: 3 * withinMs,
      everyMs: 50,
    });
    if (how === "killed") await restarted(node);
    else node.signal("SIGCONT");
    if (ms === undefined || ms > withinMs) {
      world.book.fail("host", node.name, `nobody went on with the ticker within ${withinMs} ms: ${ms?.toFixed(0)}`);
    }
    if (ms !== undefined) found.push({ how, ms });
    await pause(AFTERWARDS_MS);
  }
  return found;
}

/** The node that has the ticker: while it stands still, nobody renews the lease. */
async function holder({ nodes, referee }: OpenWorld): Promise<ClusterNode> {
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const node of nodes) {
      const before = await referee.lease();
      if (before === undefined) {
        await pause(1_000);
        continue;
      }
      node.signal("SIGSTOP");
      // What it had said before may still come.
      await pause(200);
      const { version } = (await referee.lease()) ?? before;
      const renewed = await until(async () => (await referee.lease())?.version !== version, {
        withinMs: RENEWAL_MS,
        everyMs: 100,
      });
      node.signal("SIGCONT");
      if (renewed !== undefined) continue;
      // It goes on with the lease that it has.
      const again = await until(async () => (await referee.lease())?.version !== version, { withinMs: RENEWAL_MS });
      const { holder } = (await referee.lease()) ?? before;
      if (again !== undefined && holder === before.holder) return node;
    }
  }
  throw new Error("Cannot find who has the ticker: nobody renews its lease, or everybody does");
}
