import type { Dice } from "../../src/testing/simulation/dice.ts";
import type { ClusterNode } from "../cluster/node.ts";
import type { RedisServer } from "../logs/redis/server.ts";
import type { Book } from "./book.ts";
import type { Crowd } from "./crowd.ts";
import type { Links } from "./links.ts";
import type { Referee } from "./referee.ts";
import type { Visitor } from "./visitor.ts";

/** Everything that faults happen to. */
export interface World {
  readonly redis: RedisServer;
  readonly nodes: readonly ClusterNode[];
  readonly links: Links;
  readonly referee: Referee;
  readonly visitors: readonly Visitor[];
  readonly crowd: Crowd;
  readonly book: Book;
  readonly dice: Dice;
}

/** Waits for so long, in ms. */
export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** Waits until something is so; resolves with how long that took in ms, or `undefined` where it never came within the time. */
export async function until(
  done: () => boolean | Promise<boolean>,
  { withinMs, everyMs = 20 }: { readonly withinMs: number; readonly everyMs?: number },
): Promise<number | undefined> {
  for (const startMs = performance.now(); ; await pause(everyMs)) {
    if (await done()) return performance.now() - startMs;
    if (performance.now() - startMs > withinMs) return undefined;
  }
}
