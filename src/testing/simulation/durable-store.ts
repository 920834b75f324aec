import type { Entry, Head, Stored } from "../../actors/room/mod.ts";
import type { Dice } from "./dice.ts";
import { type DiskFaults, SimulatedDisk } from "./disk.ts";
import { DurableEngine } from "./durable-engine.ts";
import { type Deed, DurableImage } from "./durable-image.ts";
import type { LogFaults } from "./faults.ts";
import type { Ledger } from "./ledger.ts";
import type { Machine } from "./machine.ts";
import type { Plan } from "./plan.ts";
import { auditRecovery } from "./recovery.ts";
import type { Timeline } from "./timeline.ts";

/** What an acknowledgement outlives: a killed process, or a power cut as well. */
export type DiskDurability = "process" | "power";

/** What a durable store is made of. */
export interface DurableStoreOptions {
  readonly timeline: Timeline;
  readonly dice: Dice;
  readonly ledger: Ledger;
  readonly durability: DiskDurability;
  readonly disk: DiskFaults;
  readonly faults: LogFaults;
  readonly roomEntries: number;
}

/** A log and records on one disk, which outlive the processes that have it open, one after the other. */
export class DurableStore {
  readonly #options: DurableStoreOptions;
  readonly #disk: SimulatedDisk<readonly Deed[]>;
  #image: DurableImage;

  constructor(options: DurableStoreOptions) {
    const { timeline, dice, disk, roomEntries } = options;
    this.#options = options;
    this.#disk = new SimulatedDisk(timeline, dice, disk);
    this.#image = new DurableImage(timeline.clock, { era: 1, roomEntries });
  }

  /** Opens it for a process that has just started: what is on the disk is done again, and held against what was promised. */
  open(machine: Machine): DurableEngine {
    const { timeline, roomEntries, ledger } = this.#options;
    const found = this.#disk.open().flat();
    const { era, renewed } = this.#renew(found);
    const image = new DurableImage(timeline.clock, { era, roomEntries });
    const states = new Map<string, Stored>();
    const watch = image.records.watch("", ({ key, stored }) => {
      if (stored !== undefined) states.set(key, stored);
    });
    const redone = this.#disk.records.flat().map((deed) => Promise.resolve(image.do(deed)));
    Promise.all(redone).catch((error: unknown) => ledger.fail("rule", "disk", `cannot do it again: ${String(error)}`));
    watch.close();
    ledger.replaying(true);
    auditRecovery(ledger, image);
    ledger.replaying(false);
    ledger.states.recovered(states, { renewed });
    if (renewed) ledger.sanctions.wentBack();
    ledger.states.follow(image.records);
    this.#image = image;
    return new DurableEngine({ ...this.#options, machine, image, disk: this.#disk });
  }

  /** The machine's power is cut. */
  cut(): undefined {
    this.#disk.cut();
  }

  /** In how many ms the power is cut once more after a restart, if it is. */
  againMs(): number | undefined {
    const { dice } = this.#options;
    return dice.chance(0.3) ? dice.ms(5, 500) : undefined;
  }

  head(room: string): Promise<Head> {
    return this.#image.log.head(room);
  }

  kept(room: string): readonly Entry[] {
    return this.#image.kept(room);
  }

  /** Takes up the last era, or begins another where acknowledged entries may be gone with the power. */
  #renew(found: readonly Deed[]): { readonly era: number; readonly renewed: boolean } {
    const { starts } = this.#disk;
    const last = found.findLast((deed) => deed.type === "renew") ?? { era: 0, starts: 0 };
    if (last.starts === starts || (last.starts > 0 && this.#options.durability === "power")) {
      return { era: last.era, renewed: false };
    }
    this.#disk.force([{ type: "renew", era: last.era + 1, starts }]);
    return { era: last.era + 1, renewed: last.era > 0 };
  }
}

/** What a plan's only node has for a log and records, where that is a disk. */
export function durableStoreOf(
  { disk, faults, roomEntries }: Plan,
  parts: Pick<DurableStoreOptions, "timeline" | "ledger" | "dice">,
): DurableStore | undefined {
  if (disk === undefined) return undefined;
  return new DurableStore({ ...parts, durability: disk.durability, disk, faults: faults.log, roomEntries });
}
