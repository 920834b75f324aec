import type { Json } from "../../wire/mod.ts";

/** What a user may be under in a room. */
export type SanctionKind = "kick" | "ban" | "mute";

/** Every kind of sanction. */
export const sanctionKinds: readonly SanctionKind[] = ["kick", "ban", "mute"];

/** What somebody decided about a user; times in ms since 1970. */
export interface Sanction {
  readonly at: number;
  /** Who decided: a user's id, or `api`. */
  readonly by: string;
  /** When it ends by itself; it does not without. */
  readonly until?: number;
  readonly reason?: string;
}

/** What holds for everybody in a room, but for its moderators. */
export interface RoomPolicy {
  /** The seconds that must lie between two messages of one user. */
  readonly slow?: number;
  /** Only moderators may say something. */
  readonly readOnly?: boolean;
}

/** What a sanction is called in its register. Ids of users have no spaces. */
export function sanctionName(kind: SanctionKind, user: string): string {
  return `${kind} ${user}`;
}

/** What a room's policy is called in its register. */
export const POLICY = "policy";

/** Farther off than any date (ECMA-262, time values). */
const NEVER = 8_640_000_000_000_000;

/**
 * What a sanction, a policy or a revocation counts as whose record is damaged: the most it can have said, until it is lifted
 * or decided anew.
 */
export function unreadable(name: string): Json {
  if (name === POLICY) return { readOnly: true };
  const why = { at: 0, by: "host:damaged", reason: "the record of it is damaged: lift it, or decide it anew" };
  return name.startsWith("kick ") ? { ...why, until: NEVER } : why;
}

/** A sanction or a policy as it is kept. */
export function asJson(value: Sanction | RoomPolicy): Json {
  return value as unknown as Json;
}
