import { encode, type HistoryEvent, type Joined } from "../wire/mod.ts";

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
