import { afterEach, beforeAll, describe, expect, it } from "vitest";
import { type ChaosOptions, chaos } from "../chaos/chaos.ts";
import { handovers } from "../chaos/hosts.ts";
import { openWorld } from "../chaos/opened.ts";
import { relays } from "../chaos/relays.ts";
import { rolling } from "../chaos/rolling.ts";
import { installRuntimes } from "../matrix/install.ts";
import { type Mutant, mutantOf } from "../simulation/mutations/mutant.ts";
import { type Mutation, mutation } from "../simulation/mutations/mutation.ts";

/** What is asked here in seconds is asked of a machine that does much else: `npm run chaos` asks for what is promised. */
const patient = { backMs: 45_000, presenceMs: 45_000 };

async function small(seed: number): Promise<ChaosOptions> {
  const links = await relays();
  return { links, seed, faults: 12, clients: 24, rooms: 2, perSecond: 15, quietEvery: 6, ...patient };
}

beforeAll(() => installRuntimes());

describe("three nodes on three runtimes", () => {
  it("keep every promise while nodes, Redis and what lies between them fail", async () => {
    const report = await chaos(await small(7));
    expect(report.violations).toEqual([]);
    expect([...report.faults.values()].reduce((sum, count) => sum + count)).toBe(12);
    expect(report.acknowledged).toBeGreaterThan(50);
    expect(report.shown).toBeGreaterThan(10 * report.acknowledged);
  });

  it("lose nothing and nobody while they are started anew, one after the other", async () => {
    const env = { GREENROOM_DRAIN_MS: "4000" };
    const report = await rolling({ ...(await small(8)), env, rounds: 1 });
    expect(report.violations).toEqual([]);
    expect(report.spreadMs.length).toBeGreaterThan(0);
  });

  it("have one ticker, which goes on when its node dies or stands still, and whose former author writes no more", async () => {
    const world = await openWorld(await small(9));
    try {
      const found = await handovers(world, { times: 2, withinMs: 40_000 });
      expect(found.map(({ how }) => how)).toEqual(["killed", "stopped"]);
      expect(world.book.violations).toEqual([]);
      expect(world.ticker.seen).toBeGreaterThan(5);
    } finally {
      await world.close();
    }
  });
});

describe("the checker of a cluster", () => {
  let mutant: Mutant | undefined;
  afterEach(() => mutant?.remove());

  /** Runs a cluster one node of which has a fault, and answers what was found. */
  async function foundWith(fault: Mutation): Promise<readonly string[]> {
    mutant = mutantOf(fault);
    const main = mutant.entry.replace(/greenroom\.ts$/, "main.ts");
    const { violations } = await chaos({ ...(await small(1)), faults: 2, mains: [undefined, undefined, main] });
    return violations.map((violation) => violation.fault);
  }

  it("finds that a node keeps an entry from its members", async () => {
    const keeps = mutation("a node keeps an entry from its members", "actors/room/delivery.ts", {
      from: "const entries = this.#fresh;",
      to: "const entries = this.#fresh.filter(({ seq }) => seq % 8 !== 5);",
    });
    expect(await foundWith(keeps)).toContain("lost");
  });

  it("finds that a node shows something else", async () => {
    const alters = mutation("a node shows something else", "logs/redis/entry-text.ts", {
      from: "content: c,",
      to: "content: seq % 8 === 5 ? `${c}0` : c,",
    });
    expect(await foundWith(alters)).toContain("disagreement");
  });

  it("finds that a node acknowledges what it has not kept", async () => {
    const forgets = mutation("a node acknowledges what it has not kept", "logs/redis/room-scripts.ts", {
      from: "redis.call('RPUSH', log, text)",
      to: "redis.call('RPUSH', log, (seq % 3 == 2) and redis.call('LINDEX', log, -1) or text)",
    });
    const found = await foundWith(forgets);
    expect(found).toContain("lost");
    expect(found).toContain("duplicate");
  });
});
