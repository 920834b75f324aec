import type { Reading, Register } from "./register.ts";
import { POLICY, type RoomPolicy, type Sanction, type SanctionKind, sanctionName } from "./sanction.ts";

/** A sanction that is in force, and for how long still; without `leftMs`, until it is lifted. */
export interface Standing {
  readonly sanction: Sanction;
  readonly leftMs: number | undefined;
}

/** How long a kick without a time is kept in mind, so that it is not taken for a new one: longer than its record lasts. */
const KICK_MS = 120_000;

/**
 * What holds in a room, as far as this node knows. A sanction that ends does so by the clock that never jumps, counted from
 * when it was first read here: setting the wall clock changes nothing about it. When its record ends, it does in any case.
 */
export class Rules {
  readonly register: Register;
  readonly #endsAt = new Map<string, number>();

  constructor(register: Register) {
    this.register = register;
  }

  get policy(): RoomPolicy {
    return (this.register.get(POLICY) ?? {}) as RoomPolicy;
  }

  /** All that is in force, by name. */
  all(now: number): readonly (readonly [name: string, sanction: Sanction])[] {
    const names = [...this.register.entries()].map(([name]) => name).filter((name) => name !== POLICY);
    return names.flatMap((name) => {
      const standing = this.named(name, now);
      return standing === undefined ? [] : [[name, standing.sanction] as const];
    });
  }

  /** Takes what was read; answers the names that have changed by it. */
  take(reading: Reading, { now, date }: { readonly now: number; readonly date: number }): readonly string[] {
    for (const [name, endsAt] of this.#endsAt) if (endsAt <= now) this.#forget(name);
    const changed = this.register.take(reading);
    for (const name of changed) {
      const sanction = this.register.get(name) as unknown as Sanction | undefined;
      const leftMs = sanction === undefined ? undefined : leftOf(sanction, reading.whole ? date : sanction.at);
      if (leftMs !== undefined) this.#endsAt.set(name, now + leftMs);
      else if (name.startsWith("kick ")) this.#endsAt.set(name, now + KICK_MS);
      else this.#endsAt.delete(name);
    }
    return changed;
  }

  /** What a user is under, of one kind, at a moment. */
  standing(kind: SanctionKind, user: string, now: number): Standing | undefined {
    return this.named(sanctionName(kind, user), now);
  }

  /** What is in force under a name. */
  named(name: string, now: number): Standing | undefined {
    const sanction = this.register.get(name) as unknown as Sanction | undefined;
    if (sanction === undefined) return undefined;
    const endsAt = this.#endsAt.get(name);
    if (endsAt === undefined) return { sanction, leftMs: undefined };
    if (endsAt > now) return { sanction, leftMs: Math.ceil(endsAt - now) };
    this.#forget(name);
    return undefined;
  }

  /** What keeps a user out of the room: a ban, or a kick for a while. One that was only taken out may come again. */
  barred(user: string, now: number): Standing | undefined {
    const kick = this.standing("kick", user, now);
    return this.standing("ban", user, now) ?? (kick?.sanction.until === undefined ? undefined : kick);
  }

  #forget(name: string): undefined {
    this.register.forget(name);
    this.#endsAt.delete(name);
  }
}

/**
 * How long a sanction is still in force. The clocks of nodes may differ: one that has just been decided lasts as long as its
 * decision says; of an older one that is still there, a clock that says that it is over is wrong, and its end will be told.
 */
function leftOf({ at, until }: Sanction, date: number): number | undefined {
  if (until === undefined || until <= date) return undefined;
  return Math.min(until - date, until - at);
}
