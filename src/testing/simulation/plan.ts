import { defaultLimits, type Limits } from "../../actors/wire/mod.ts";
import type { Dice } from "./dice.ts";
import { type DiskFaults, goodDisk } from "./disk.ts";
import type { DiskDurability } from "./durable-store.ts";
import { type Faults, someFaults } from "./faults.ts";

/** What a seed makes of a simulation: who takes part, under which limits, and what goes wrong. */
export interface Plan {
  readonly nodes: number;
  readonly users: number;
  readonly clients: number;
  readonly rooms: readonly string[];
  /** How long faults and talk go on, in ms; after that all must come right. */
  readonly busyMs: number;
  /** How long clients wait between what they do, in ms, at the most. */
  readonly paceMs: number;
  /** Clients that read no faster than this many bytes a second. */
  readonly slowReaders: number;
  readonly roomEntries: number;
  readonly limits: Limits;
  readonly rateLimits: boolean;
  /** Whether an actor that doubts the kernel stands among the others. */
  readonly probed: boolean;
  /** Whether a host acts for the first room, under leases that all nodes contend for. */
  readonly hosted: boolean;
  /** Whether clients set rooms' state. */
  readonly sets: boolean;
  /** Whether every guest moderates. */
  readonly moderated: boolean;
  /** What one node has for a log and records: a disk of its own; `undefined`: something that all nodes share. */
  readonly disk: (DiskFaults & { readonly durability: DiskDurability }) | undefined;
  readonly faults: Faults;
}

/** Makes the plan of a seed. */
export function planOf(dice: Dice): Plan {
  const clients = dice.whole(2, 7);
  return {
    nodes: dice.of([1, 1, 2, 2, 3]),
    clients,
    users: dice.whole(Math.max(1, clients - 3), clients),
    rooms: ["lobby", "stage", "attic"].slice(0, dice.of([1, 1, 2, 3])),
    busyMs: dice.of([5_000, 10_000, 15_000]),
    paceMs: dice.of([60, 150, 300, 600, 1_200]),
    slowReaders: dice.chance(0.5) ? dice.whole(1, 2) : 0,
    roomEntries: dice.of([8, 30, 100, 50_000, 50_000, 50_000]),
    limits: limitsOf(dice),
    rateLimits: dice.chance(0.5),
    probed: dice.chance(0.2),
    hosted: false,
    sets: false,
    moderated: false,
    disk: undefined,
    faults: someFaults(dice),
  };
}

/** Gives a plan's only node a disk, which is slow, fails or is full now and then, and has the node die often. */
export function onDisk(plan: Plan, dice: Dice): Plan {
  const durability = dice.of<DiskDurability>(["power", "power", "process"]);
  const { faults } = plan;
  faults.perSecond.kill = dice.of([0.2, 0.4, 0.8]);
  faults.perSecond.full = dice.chance(0.3) ? 0.3 : 0;
  faults.perSecond.rollBack = 0;
  const syncMs = dice.of([1, 8, 40, 400]);
  // Where nobody waits for a sync, nobody is told that one has failed.
  const fails = durability === "power" && dice.chance(0.4) ? 0.1 : 0;
  return { ...plan, nodes: 1, disk: { ...goodDisk(), syncMs, fails, durability } };
}

/** Limits low enough for what lies behind them to happen within seconds. */
function limitsOf(dice: Dice): Limits {
  const beat = dice.of([
    { heartbeatMs: 25_000, deadAfterMs: 30_000 },
    { heartbeatMs: 4_000, deadAfterMs: 6_000 },
    { heartbeatMs: 1_500, deadAfterMs: 3_000 },
  ]);
  return {
    ...defaultLimits,
    ...beat,
    outboxBytes: dice.of([6_000, 12_000, 30_000, 100_000, 1_048_576]),
    presenceIntervalMs: dice.of([50, 250, 1_000]),
    presenceGraceMs: dice.of([200, 1_000, 5_000]),
    presenceLimit: dice.of([2, 3, 500, 500, 500]),
    messagesPerUserPerMinute: dice.of([300, 6_000]),
    historyEntries: dice.of([4, 20, 200, 200]),
    roomIdleMs: dice.of([500, 3_000, 300_000]),
    drainMs: dice.of([1_000, 10_000]),
  };
}
