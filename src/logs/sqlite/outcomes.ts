import type { Draft, Entry, Outcome } from "../../actors/room/log.ts";
import type { Appended, Packed } from "./exchange.ts";
import { roomAt } from "./packing.ts";

/** What names an epoch of a room. */
export function epochOf(era: string, incarnation: number): string {
  return `${era}.${incarnation.toString(36)}`;
}

/** What became of each draft, as the writer has said it. */
export function outcomesOf(
  drafts: readonly Draft[],
  packed: Packed,
  [seqs, places, , ...refused]: Appended,
  era: string,
): readonly Outcome[] {
  const [rooms] = packed;
  const epochs = rooms.map((_, room) => epochOf(era, places[2 * room + 1] as number));
  const reasons = new Map(refused);
  return drafts.map((draft, at): Outcome => {
    const seq = seqs[at] as number;
    if (seq === 0) return { type: "refused", reason: reasons.get(at) ?? "unavailable" };
    const room = roomAt(packed, at);
    const epoch = epochs[room] as string;
    if (seq < 0) return { type: "duplicate", epoch, seq: -seq };
    return { type: "appended", epoch, entry: entryOf(draft, seq), oldest: places[2 * room] as number };
  });
}

function entryOf({ sender, content, data, key, at, attachment, redacts }: Draft, seq: number): Entry {
  const entry = { seq, sender, content, data, key, at };
  if (attachment === undefined && redacts === undefined) return entry;
  return { ...entry, ...(attachment !== undefined && { attachment }), ...(redacts !== undefined && { redacts }) };
}
