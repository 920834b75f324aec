import type { Entry } from "../../actors/room/mod.ts";
import type { Message, Position, Tombstone } from "../../actors/wire/mod.ts";
import type { Violation } from "./ledger.ts";

/** What keeps a user from writing in a room. */
export type Barring = "ban" | "mute";

/** A moderator's word on a user of a room, from saying it to hearing what became of it. */
export interface Ruling {
  readonly room: string;
  readonly user: string;
  readonly kind: Barring;
  /** Whether it may end what is in force: it lifts it, or replaces it for a while only. */
  readonly lifts: boolean;
  /** Whether nothing that lifts was under way when it was said. */
  readonly alone: boolean;
  readonly round: number;
  /** Whether it was said behind the last fault: it is the last word then, whatever else is answered late. */
  readonly last: boolean;
}

interface Standing {
  /** Grows with everything said that may lift. */
  round: number;
  /** So many of those have not been answered. */
  open: number;
  /** One of them may take effect at any time. */
  doubtful: boolean;
  inForce: boolean;
}

/** Reports a broken promise. */
type Fail = (kind: Violation["kind"], who: string, text: string) => undefined;

/**
 * What is certainly in force, as far as clients have been told: acknowledged, and nothing since that may have lifted it.
 * Whoever is under it writes nothing any more; and what has been redacted is shown to nobody who knows of that.
 */
export class Sanctions {
  readonly #fail: Fail;
  readonly #standings = new Map<string, Standing>();
  readonly #subjects = new Map<string, Pick<Ruling, "room" | "user" | "kind">>();
  /** Places of redactions by what they redact, by room and epoch. */
  readonly #redactions = new Map<string, Map<number, number>>();
  /** The log is being filled with what it had before. */
  replaying = false;
  /** From now on, what is lifted stays so. */
  ending = false;

  constructor(fail: Fail) {
    this.#fail = fail;
  }

  /** A moderator says something. */
  said(room: string, user: string, { kind, lifts }: Pick<Ruling, "kind" | "lifts">): Ruling {
    const standing = this.#of(room, user, kind);
    this.#subjects.set(nameOf(room, user, kind), { room, user, kind });
    if (lifts) {
      standing.round += 1;
      standing.open += 1;
      standing.inForce = false;
    }
    const alone = standing.open === 0 && !standing.doubtful;
    return { room, user, kind, lifts, alone, round: standing.round, last: this.ending };
  }

  /** It is known to be done, or not to be. */
  answered({ room, user, kind, lifts, alone, round, last }: Ruling, done: boolean): undefined {
    const standing = this.#of(room, user, kind);
    if (lifts && done && last) this.#subjects.delete(nameOf(room, user, kind));
    if (lifts) standing.open -= 1;
    else if (done && alone && standing.round === round && !standing.doubtful) standing.inForce = true;
  }

  /** Nobody can tell what became of it. */
  doubted({ room, user, kind, lifts }: Ruling): undefined {
    const standing = this.#of(room, user, kind);
    if (lifts) Object.assign(standing, { open: standing.open - 1, doubtful: true });
  }

  /** What was acknowledged may be lost: nothing is certain any more. */
  wentBack(): undefined {
    for (const standing of this.#standings.values())
      Object.assign(standing, { round: standing.round + 1, inForce: false });
  }

  /** Whether a user is certainly kept out of a room. */
  banned(room: string, user: string): boolean {
    return this.#standings.get(nameOf(room, user, "ban"))?.inForce === true;
  }

  /** Everything that somebody may still be under: whatever was said, and not lifted since the last fault. */
  get left(): readonly Pick<Ruling, "room" | "user" | "kind">[] {
    return [...this.#subjects.values()];
  }

  /** An entry stands in the log. */
  committed(room: string, epoch: string, { seq, sender, redacts }: Entry): undefined {
    if (redacts !== undefined) {
      const known = this.#redactions.get(`${room} ${epoch}`) ?? new Map<number, number>();
      this.#redactions.set(`${room} ${epoch}`, known.set(redacts.target, seq));
    }
    if (this.replaying) return;
    const kinds: readonly Barring[] = redacts === undefined ? ["ban", "mute"] : ["ban"];
    for (const kind of kinds) {
      if (this.#standings.get(nameOf(room, sender.id, kind))?.inForce !== true) continue;
      this.#fail("moderation", "log", `${room} ${epoch}/${seq} is of ${sender.id}, behind an acknowledged ${kind}`);
    }
  }

  /** Holds what somebody is shown, who has come to `at`, against what was redacted. */
  shown(who: string, event: Message | Tombstone, at: Position): undefined {
    const redaction = this.#redactions.get(`${event.room} ${at.epoch}`)?.get(event.seq);
    if (event.redacted === true || redaction === undefined || redaction > at.seq) return;
    const text = `was shown ${event.room} ${at.epoch}/${event.seq}, though it has seen it redacted at ${redaction}`;
    this.#fail("moderation", who, text);
  }

  /** Whether something was redacted. */
  redacted(room: string, epoch: string, seq: number): boolean {
    return this.#redactions.get(`${room} ${epoch}`)?.has(seq) === true;
  }

  #of(room: string, user: string, kind: Barring): Standing {
    const name = nameOf(room, user, kind);
    const standing = this.#standings.get(name) ?? { round: 0, open: 0, doubtful: false, inForce: false };
    this.#standings.set(name, standing);
    return standing;
  }
}

function nameOf(room: string, user: string, kind: Barring): string {
  return `${room} ${kind} ${user}`;
}
