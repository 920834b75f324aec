import type { Entry, Position } from "../actors/wire/mod.ts";
import type { ShownMessage } from "./room-state.ts";

/** What became of an entry: it is new, was there already, or does not follow what is there. */
export type Fit = "new" | "known" | "gap";

/** What a client holds of a room's log: a stretch without holes up to the last entry that came, of which the messages are kept. */
export interface Transcript {
  look(): {
    readonly messages: readonly ShownMessage[];
    /** The last entry that came. */
    readonly position: Position | undefined;
    /** The place of the first entry that it reaches back to. */
    readonly first: number;
    /** Whether the log has entries before the first. */
    readonly more: boolean;
  };
  /** Begins anew, with the entries up to a place. */
  begin(position: Position, oldest: number, entries: readonly Entry[]): void;
  /** Takes the next entry. */
  add(entry: Entry): Fit;
  /** Puts older entries in front; if that makes more messages than are kept, so many are from then on. */
  prepend(entries: readonly Entry[], oldest: number): void;
}

/** Makes a transcript that keeps so many of the newest messages. */
export function transcript(keep: number, isOwn: (userId: string) => boolean): Transcript {
  let messages: ShownMessage[] = [];
  let position: Position | undefined;
  let first = 1;
  let oldest = 1;
  let most = keep;

  function show(entry: Entry): undefined {
    if (entry.type === "redacted") {
      const at = messages.findLastIndex(({ seq }) => seq === entry.target);
      if (!messages[at]) return;
      const { content: _, data: __, attachment: ___, ...rest } = messages[at];
      messages[at] = { ...rest, redacted: true };
      return;
    }
    const { type: _, room: __, ...shown } = entry;
    const named = "key" in entry && `~${entry.key}`;
    // A key is kept as long as its message, so that a log that was trimmed may have taken it twice.
    const id = named && !messages.some((other) => other.id === named) ? named : `${entry.seq}`;
    messages.push({ id, state: "sent", own: isOwn(entry.sender.id), ...shown });
  }

  function trim(): undefined {
    if (messages.length <= most) return;
    messages.splice(0, messages.length - most);
    first = messages[0]?.seq ?? first;
  }

  return {
    look: () => ({ messages, position, first, more: first > oldest }),
    begin({ epoch, seq }, oldestNow, entries) {
      position = { epoch, seq };
      first = entries[0]?.seq ?? seq + 1;
      oldest = oldestNow;
      messages = [];
      most = keep;
      entries.forEach(show);
      trim();
    },
    add(entry) {
      const { epoch = "", seq = 0 } = position ?? {};
      if (entry.seq !== seq + 1) return entry.seq > seq ? "gap" : "known";
      position = { epoch, seq: entry.seq };
      show(entry);
      trim();
      return "new";
    },
    prepend(entries, oldestNow) {
      // Where they do not reach up to the first, what lay between was trimmed from the log.
      const isWhole = entries.at(-1)?.seq === first - 1;
      oldest = isWhole ? oldestNow : first;
      if (!isWhole) return;
      const known = messages;
      messages = [];
      entries.forEach(show);
      first = entries[0]?.seq ?? first;
      messages.push(...known);
      most = Math.max(keep, messages.length);
    },
  };
}
