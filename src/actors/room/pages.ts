import { encode, type HistoryEvent, type Joined, utf8Bytes } from "../wire/mod.ts";
import { type Encoded, textFor } from "./recent.ts";

/** Encodes an event that carries entries which are encoded already. */
export function withEntries(
  event: Omit<Joined, "messages"> | Omit<HistoryEvent, "messages">,
  texts: readonly string[],
): string {
  const whole = encode({ ...event, messages: [] });
  const at = whole.lastIndexOf(EMPTY);
  return `${whole.slice(0, at)}"messages":[${texts.join(",")}]${whole.slice(at + EMPTY.length)}`;
}

const EMPTY = '"messages":[]';

/** Which entries an event may carry, and as what that user is to see them. */
export interface Fitting {
  readonly user: string;
  /** What their texts may take in UTF-8, commas included. */
  readonly maxBytes: number;
  /** Which ones to keep where that is not all. */
  readonly keep: "first" | "last";
}

/** As many entries as an event may carry, but one at least: logs and memory count bytes in their own ways. */
export function fitting(entries: readonly Encoded[], { user, maxBytes, keep }: Fitting): readonly Encoded[] {
  // An entry's bytes are those of both its texts, so this is never too low. Nearly every page fits by it, and no text has to be
  // measured again.
  let most = 0;
  for (const entry of entries) most += entry.bytes + 1;
  if (most <= maxBytes) return entries;
  const size = (entry: Encoded): number => utf8Bytes(textFor(user, entry)) + 1;
  let bytes = 0;
  for (const entry of entries) bytes += size(entry);
  let [from, to] = [0, entries.length];
  while (bytes > maxBytes && to - from > 1) {
    const dropped = keep === "first" ? --to : from++;
    bytes -= size(entries[dropped] as Encoded);
  }
  return entries.slice(from, to);
}
