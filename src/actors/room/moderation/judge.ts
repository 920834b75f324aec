import type { Context } from "../../kernel/mod.ts";
import type { ErrorCode } from "../../wire/mod.ts";
import type { Listener } from "../listener.ts";
import type { PolicyVersions } from "../log.ts";
import type { RoomMessage } from "../message.ts";
import type { Revocations } from "./revocations.ts";
import type { Rules, Standing } from "./rules.ts";
import type { SlowMode } from "./slow-mode.ts";

/** Why something is not done. */
export interface Refusal {
  readonly code: ErrorCode;
  readonly why: string;
  readonly retryAfter?: number;
}

const RETRY_MS = 1_000;

const untold: Refusal = {
  code: "unavailable",
  why: "it cannot be told at present who may do so",
  retryAfter: RETRY_MS,
};

/** Says what members of a room may do, by all that holds there and in the whole house. */
export class Judge {
  readonly #room: string;
  readonly #rules: Rules;
  readonly #slow: SlowMode;
  readonly #revocations: Revocations;
  readonly #context: Context<RoomMessage>;
  /** Whether the room's rules are known. */
  knows = false;

  constructor(
    room: string,
    context: Context<RoomMessage>,
    { rules, slow, revocations }: { readonly rules: Rules; readonly slow: SlowMode; readonly revocations: Revocations },
  ) {
    this.#room = room;
    this.#context = context;
    this.#rules = rules;
    this.#slow = slow;
    this.#revocations = revocations;
  }

  /** Whether what it judges by is as new as it has to be. */
  get isCurrent(): boolean {
    return this.knows && this.#revocations.isCurrent(this.#context.now());
  }

  /** What it judges by, for the log to hold against what it was told last. */
  get policy(): PolicyVersions {
    return { room: this.#rules.register.version, house: this.#revocations.version };
  }

  /** Whether someone may come in. */
  entering(listener: Listener): Refusal | undefined {
    const refusal = this.present(listener);
    if (refusal !== undefined) return refusal;
    const barred = this.#rules.barred(listener.user.id, this.#context.now());
    return barred === undefined ? undefined : { code: "banned", ...told("you are banned", barred) };
  }

  /** Whether someone may do anything at all, given that it can be told. */
  present(listener: Pick<Listener, "user" | "token">): Refusal | undefined {
    return this.#revoked(listener) ?? (this.isCurrent ? undefined : untold);
  }

  /** Whether someone who is present may be heard at all. */
  voice(listener: Listener): Refusal | undefined {
    return this.present(listener) ?? this.#muted(listener);
  }

  /**
   * Whether someone may signal, by what was known last: of a node that is cut off, a signal reaches those members alone who
   * are there, and nobody stores it.
   */
  signalling(listener: Listener): Refusal | undefined {
    return this.#revoked(listener) ?? (this.knows ? this.#muted(listener) : untold);
  }

  /** Whether someone may write. */
  writing(listener: Listener): Refusal | undefined {
    const refusal = this.voice(listener);
    if (refusal !== undefined || this.#rules.policy.readOnly !== true || this.moderates(listener)) return refusal;
    return { code: "forbidden", why: "only moderators may, at present" };
  }

  /** Whether someone may write a message, under a key: that takes the slow mode's word as well. */
  speaking(listener: Listener, key: string | undefined): Refusal | undefined {
    const refusal = this.writing(listener);
    const { slow = 0 } = this.#rules.policy;
    if (refusal !== undefined || slow === 0 || this.moderates(listener)) return refusal;
    const waitMs = this.#slow.take(listener.user.id, key, { slowMs: slow * 1_000, now: this.#context.now() });
    if (waitMs === 0) return undefined;
    return { code: "rate_limited", why: `one message in ${slow} s, please`, retryAfter: waitMs };
  }

  moderates(listener: Listener): boolean {
    return listener.grants(this.#room).includes("moderate");
  }

  #revoked({ user, token }: Pick<Listener, "user" | "token">): Refusal | undefined {
    const revoked = this.#revocations.of({ user: user.id, token }, this.#context.now());
    return revoked && { code: "banned", ...told("you are not let in any more", revoked) };
  }

  #muted({ user }: Listener): Refusal | undefined {
    const muted = this.#rules.standing("mute", user.id, this.#context.now());
    return muted && { code: "muted", ...told("you are muted", muted) };
  }
}

function told(what: string, { sanction, leftMs }: Standing): Omit<Refusal, "code"> {
  const why = sanction.reason === undefined ? what : `${what}: ${sanction.reason}`;
  return leftMs === undefined ? { why } : { why, retryAfter: leftMs };
}
