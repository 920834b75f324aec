import { describe, expect, it } from "vitest";
import { signal, trio } from "./trio.ts";

const { redis, node, member, restart } = trio({ env: { GREENROOM_TICKER: "on" } });
/** A machine with much else to do may stand still for so long, in ms. */
const STALL_MS = 5_000;

/** The lease of the ticker as it stands in Redis: its version, and the node that holds it. */
async function lease(): Promise<string> {
  const [key] = (await redis().say("KEYS", "*records")) as readonly string[];
  return String(await redis().say("HGET", key ?? "", "lease ticker ticker"));
}

describe("a host on three nodes", { timeout: 120_000 }, () => {
  it("is one at a time, goes on elsewhere within 10 s of its node's end, and cannot write once another has its lease", async () => {
    const watchers = await Promise.all([0, 1, 2].map((at) => member(at, `watcher-${at}`, "ticker")));
    const states = (at: number): number => watchers[at]?.events.filter(({ type }) => type === "state").length ?? 0;
    await expect.poll(() => states(0), { timeout: 30_000 }).toBeGreaterThan(2);
    // Whoever is stopped and does not renew its lease was the one that held it.
    const holder = await holderOf();
    const others = [0, 1, 2].filter((at) => at !== holder) as [number, number];
    const [before] = others.map(states) as [number];
    const stoppedAt = performance.now();
    signal(node(holder), "SIGSTOP");
    await expect.poll(() => states(others[0]), { timeout: 30_000 }).toBeGreaterThan(before + 1);
    const successor = await lease();
    expect(performance.now() - stoppedAt).toBeLessThan(10_000 + 2_000 + STALL_MS); // two states, a second apart
    signal(node(holder), "SIGCONT");
    await new Promise((resolve) => setTimeout(resolve, 4_000));
    // It has taken itself for the holder when it woke, and has written nothing: one state a second, and no more.
    await watchers[others[0]]?.settled(); // what lies unread by now belongs to the time before
    const from = states(others[0]);
    const fromMs = performance.now();
    await new Promise((resolve) => setTimeout(resolve, 5_000));
    const perSecond = (states(others[0]) - from) / ((performance.now() - fromMs) / 1_000);
    expect(perSecond).toBeLessThan(1.5);
    expect(nodeIn(await lease())).toBe(nodeIn(successor));
    expect(node(holder).alive()).toBe(true);
  });

  it("goes on elsewhere within 10 s of its node's death", async () => {
    const watchers = await Promise.all([0, 1, 2].map((at) => member(at, `watcher-${at}`, "ticker")));
    const states = (at: number): number => watchers[at]?.events.filter(({ type }) => type === "state").length ?? 0;
    await expect.poll(() => states(0), { timeout: 30_000 }).toBeGreaterThan(2);
    const holder = await holderOf();
    const other = (holder + 1) % 3;
    await node(holder).stop();
    const before = states(other);
    const diedAt = performance.now();
    await expect.poll(() => states(other), { timeout: 30_000 }).toBeGreaterThan(before + 1);
    expect(performance.now() - diedAt).toBeLessThan(10_000 + 2_000 + STALL_MS);
    await restart(holder);
  });

  /** Each node is stopped for a moment: under the one that holds the lease, its version does not go on. */
  async function holderOf(): Promise<number> {
    for (let at = 0; ; at = (at + 1) % 3) {
      const before = versionIn(await lease());
      signal(node(at), "SIGSTOP");
      await new Promise((resolve) => setTimeout(resolve, 200)); // what it had asked for before that
      const stopped = versionIn(await lease());
      await new Promise((resolve) => setTimeout(resolve, 2_600));
      const renewed = versionIn(await lease()) !== stopped;
      signal(node(at), "SIGCONT");
      expect(stopped).toBeGreaterThanOrEqual(before);
      if (!renewed) return at;
    }
  }
});

function versionIn(text: string): number {
  return Number(text.split(" ")[0]);
}

function nodeIn(text: string): string {
  return text.split(" ").slice(2).join(" ");
}
