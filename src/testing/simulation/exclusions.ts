import type { Violation } from "./ledger.ts";

/** Reports a broken promise. */
type Fail = (kind: Violation["kind"], who: string, text: string) => undefined;

/** How long something may still reach whoever has been put out, from when that was acknowledged, in ms. */
const BOUND_MS = 1_000;
/** For so long after somebody is let in again, a refusal may still be on its way. */
const LATE_MS = 2_000;

/**
 * Who is certainly out, of a room or of the whole house, and since when: from when that was acknowledged until somebody
 * begins to take it back. A second later nothing reaches them any more, whichever node they are on. That is what holds of
 * nodes that nothing is wrong with: it is asked in the calm behind the last fault.
 */
export class Exclusions {
  readonly #fail: Fail;
  readonly #now: () => number;
  /** When they were put out, by room and user. */
  readonly #out = new Map<string, number>();
  /** The same for the house. */
  readonly #revoked = new Map<string, number>();
  /** Until when those who were revoked may still be refused. */
  readonly #refused = new Map<string, number>();

  constructor(now: () => number, fail: Fail) {
    this.#now = now;
    this.#fail = fail;
  }

  /** It is acknowledged that a user is out of a room. */
  putOut(room: string, user: string): undefined {
    this.#out.set(`${room} ${user}`, this.#now());
  }

  /** From now on, the user may come in again. */
  letIn(room: string, user: string): undefined {
    this.#out.delete(`${room} ${user}`);
  }

  /** A user is about to be revoked: from now on it may be closed and refused. */
  revoking(user: string): undefined {
    this.#refused.set(user, Number.POSITIVE_INFINITY);
  }

  /** It is acknowledged. */
  revoked(user: string): undefined {
    this.#revoked.set(user, this.#now());
  }

  /** From now on, the user may come back. */
  reinstating(user: string): undefined {
    this.#revoked.delete(user);
  }

  reinstated(user: string): undefined {
    this.#refused.set(user, this.#now() + LATE_MS);
  }

  /** Whether a user may be turned away at the door. */
  mayBeRefused(user: string): boolean {
    return (this.#refused.get(user) ?? 0) > this.#now();
  }

  /** Something of a room has reached a client. */
  delivered(who: string, user: string, what: { readonly room: string; readonly type: string }): undefined {
    this.#judge(this.#out.get(`${what.room} ${user}`), who, `${what.type} of ${what.room}`);
  }

  /** Something has reached a client. */
  heard(who: string, user: string): undefined {
    this.#judge(this.#revoked.get(user), who, "an event");
  }

  #judge(sinceMs: number | undefined, who: string, what: string): undefined {
    const lateMs = sinceMs === undefined ? 0 : this.#now() - sinceMs;
    if (lateMs <= BOUND_MS) return;
    this.#fail("moderation", who, `was sent ${what} ${lateMs.toFixed(0)} ms after it was put out`);
  }
}
