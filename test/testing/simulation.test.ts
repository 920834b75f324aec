import { describe, expect, test } from "vitest";
import { greenroom } from "../../src/greenroom.ts";
import type { RoomLayer } from "../../src/mod.ts";
import { noFaults, type Plan, type ServerOptions, simulate } from "../../src/testing/mod.ts";

/** A layer as its author might write it, with something wrong or nothing. */
function serverWith(...layers: readonly RoomLayer[]) {
  return (options: ServerOptions) => greenroom({ ...options, layers: [...options.layers, ...layers] });
}

async function kindsFoundBy(server: ReturnType<typeof serverWith>, plan?: (plan: Plan) => Plan): Promise<Set<string>> {
  const kinds = new Set<string>();
  for (let seed = 1; seed <= 8; seed += 1) {
    const { violations } = await simulate({ seed, server, ...(plan !== undefined && { plan }) });
    for (const { kind } of violations) kinds.add(kind);
  }
  return kinds;
}

describe("simulate()", { timeout: 30_000 }, () => {
  test("has nothing to say against a layer that sheds signals", async () => {
    const quiet: RoomLayer =
      ({ name }) =>
      (_, next) =>
      (message) =>
        name === "attic" && message.type === "signal" ? undefined : next(message);
    expect(await kindsFoundBy(serverWith(quiet))).toEqual(new Set());
  });

  test("finds a layer that swallows what has to be answered", async () => {
    const greedy: RoomLayer = () => (_, next) => (message) => {
      if (message.type === "members") return;
      return next(message);
    };
    expect(await kindsFoundBy(serverWith(greedy))).toContain("unanswered");
  });

  test("finds a layer that does things twice", async () => {
    const eager: RoomLayer = () => (_, next) => (message) => {
      if (message.type === "publish") next(message);
      return next(message);
    };
    expect(await kindsFoundBy(serverWith(eager))).toContain("answered twice");
  });

  test("finds a layer that fails by itself", async () => {
    const fragile: RoomLayer = () => (context, next) => (message) => {
      if (message.type === "publish" && context.random() < 0.01) throw new Error("a bug");
      return next(message);
    };
    expect(await kindsFoundBy(serverWith(fragile))).toContain("crash");
  });

  test("runs what the plan says", async () => {
    const calm = (plan: Plan): Plan => ({ ...plan, nodes: 1, rooms: ["lobby"], faults: noFaults() });
    const { plan, trace, violations } = await simulate({ seed: 7, server: serverWith(), plan: calm, trace: true });
    expect(plan.rooms).toEqual(["lobby"]);
    expect(violations).toEqual([]);
    expect(trace.some((line) => line.includes("node-2"))).toBe(false);
    expect(trace.some((line) => line.includes("joined"))).toBe(true);
  });

  test("keeps the trace only where it is asked to, and comes to the same without it", async () => {
    const [kept, bare] = [
      await simulate({ seed: 5, server: serverWith(), trace: true }),
      await simulate({ seed: 5, server: serverWith() }),
    ];
    expect(kept.trace).toHaveLength(kept.events);
    expect(bare.trace).toEqual([]);
    expect(bare.hash).toBe(kept.hash);
  });
});
