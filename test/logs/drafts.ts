import type { Draft, Outcome, RoomLog } from "../../src/actors/room/mod.ts";

/** What someone says, where only that matters. */
export function draft(room: string, content: string, more: Partial<Draft> = {}): Draft {
  const sender = { id: "ada", name: "Ada" };
  return { room, sender, content, data: undefined, key: undefined, at: 1_000, fence: undefined, ...more };
}

/** Appends, and resolves with the outcomes. */
export function appended(log: RoomLog, ...drafts: readonly Draft[]): Promise<readonly Outcome[]> {
  return new Promise((resolve) => log.append(drafts, resolve));
}

/** A limit that is none. */
export const ALL = { count: 10_000, bytes: 100_000_000 };

/** Everything in a room. */
export async function contents(log: RoomLog, room: string): Promise<string[]> {
  return (await log.read(room, { after: 0 }, ALL)).entries.map(({ content }) => content);
}

/** The place that an outcome names. */
export function seqOf(outcome: Outcome | undefined): number | undefined {
  return outcome?.type === "appended" ? outcome.entry.seq : outcome?.type === "duplicate" ? outcome.seq : undefined;
}
