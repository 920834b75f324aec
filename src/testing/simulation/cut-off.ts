import type { Draft } from "../../actors/room/mod.ts";
import type { Ledger } from "./ledger.ts";
import type { Machine } from "./machine.ts";
import type { SimulatedRecords } from "./records.ts";
import type { Timeline } from "./timeline.ts";

/** Whose writing is looked at. */
export interface CutOffOptions {
  readonly ledger: Ledger;
  readonly timeline: Timeline;
  readonly machine: Machine;
  readonly records: SimulatedRecords;
  /** Whether others may have revoked something that this node has not heard of. */
  readonly shared: boolean;
}

/** Whoever has had no word of the others for so long takes nothing more to be written, in ms. */
const SILENT_MS = 5_000;
/** What was taken before that may be on its way to the log for so long, in ms. */
const UNDER_WAY_MS = 250;

/** Holds a node to it that it refuses what it is told to write once it is cut off, since others may know better. */
export function cutOffAudit({
  ledger,
  timeline,
  machine,
  records,
  shared,
}: CutOffOptions): (drafts: readonly Draft[]) => undefined {
  return function audit(drafts: readonly Draft[]): undefined {
    const silentMs = timeline.now - records.heardMs;
    // What it had taken when it was held up, it goes on with where it was.
    const wasHeldUp = timeline.now - machine.frozenUntilMs < UNDER_WAY_MS;
    if (!shared || wasHeldUp || silentMs <= SILENT_MS + UNDER_WAY_MS) return;
    // Hosts write under leases, which end by themselves.
    const draft = drafts.find(({ fence }) => fence === undefined);
    if (draft === undefined) return;
    const text = `writes in ${draft.room}, though it has had no word of the others for ${silentMs.toFixed(0)} ms`;
    ledger.fail("moderation", machine.name, text);
  };
}
