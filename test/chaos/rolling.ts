import type { Violation } from "./book.ts";
import { arrived, judgeEnd } from "./chaos.ts";
import { openWorld, type WorldOptions } from "./opened.ts";
import { pause, until } from "./world.ts";

/** How a cluster is started anew, node by node. */
export interface RollingOptions extends WorldOptions {
  /** How often all of them are. */
  readonly rounds: number;
  /** How long presence may take to be right in the end in ms. */
  readonly presenceMs: number;
  readonly note?: (text: string) => void;
}

/** What came of it. */
export interface RollingReport {
  readonly violations: readonly Violation[];
  readonly acknowledged: number;
  readonly shown: number;
  /** When each client dialled that had to come back, in ms after the first of its node. */
  readonly spreadMs: readonly number[];
  /** How long each was without a connection in ms. */
  readonly awayMs: readonly number[];
  /** How often somebody was told that another had gone, which nobody had. */
  readonly flickers: number;
}

const SETTLE_MS = 60_000;

/** Starts all nodes anew in order, one after the other, while clients talk: nobody may lose anything, or seem to leave. */
export async function rolling(options: RollingOptions): Promise<RollingReport> {
  const { rounds, presenceMs, note = () => undefined } = options;
  const world = await openWorld(options);
  const { crowd, book, nodes, visitors } = world;
  const spreadMs: number[] = [];
  const awayMs: number[] = [];
  try {
    await arrived(world);
    if ((await until(() => crowd.misjudged === undefined, { withinMs: SETTLE_MS })) === undefined) {
      throw new Error(`Cannot begin: ${crowd.misjudged}`);
    }
    const leftBefore = crowd.departures.length;
    for (let round = 0; round < rounds; round += 1) {
      for (const node of nodes) {
        const before = new Map(visitors.map((visitor) => [visitor, visitor.comebacks.length]));
        const code = await node.stop();
        if (code !== 0) book.fail("crash", node.name, `ended with ${code} where it was to end in order`);
        await node.start();
        const back = await crowd.back(performance.now(), SETTLE_MS);
        const missing = back.filter(({ ms }) => ms === undefined);
        for (const { name } of missing) book.fail("late", name, `is not back after ${node.name} was started anew`);
        await pause(2_000);
        const fresh = visitors.flatMap((visitor) => visitor.comebacks.slice(before.get(visitor)));
        const first = Math.min(...fresh.map(({ dialedMs }) => dialedMs));
        spreadMs.push(...fresh.map(({ dialedMs }) => dialedMs - first));
        awayMs.push(...fresh.map(({ lostMs, backMs }) => backMs - lostMs));
        note(`${node.name} was started anew: ${fresh.length} clients came back`);
      }
    }
    if ((await until(() => crowd.misjudged === undefined, { withinMs: presenceMs })) === undefined) {
      book.fail("presence", "crowd", crowd.misjudged ?? "was right too late");
    }
    const departures = crowd.departures.slice(leftBefore);
    for (const { who, room, ids } of departures) book.fail("presence", who, `${room}: was told that ${ids} left`);
    await judgeEnd(world);
    return {
      violations: [...book.violations],
      acknowledged: book.acknowledged,
      shown: book.shownCount,
      ...{ spreadMs, awayMs },
      flickers: departures.length,
    };
  } finally {
    await world.close();
  }
}
