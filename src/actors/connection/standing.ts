import type { Context } from "../kernel/mod.ts";
import { encode, type Grant, type Limits } from "../wire/mod.ts";
import type { ConnectionMessage } from "./message.ts";
import type { Outbox } from "./outbox.ts";
import type { Pass } from "./pass.ts";

/** What somebody stands by. */
export interface StandingOptions {
  readonly limits: Limits;
  readonly pass: Pass;
  /** Whether a pass is not to be let in any more. */
  readonly revoked: (pass: Pass) => boolean;
}

/**
 * By what pass a connection is there: it says ahead of time when that ends, ends the connection with it (4401), and tells
 * what is granted in rooms.
 */
export class Standing {
  readonly #context: Context<ConnectionMessage>;
  readonly #outbox: Outbox;
  readonly #limits: Limits;
  readonly #revoked: (pass: Pass) => boolean;
  #pass: Pass;
  /** Grows with every pass: what was asked under a former one no longer counts. */
  version = 0;

  constructor(context: Context<ConnectionMessage>, outbox: Outbox, { limits, pass, revoked }: StandingOptions) {
    this.#context = context;
    this.#outbox = outbox;
    this.#limits = limits;
    this.#pass = pass;
    this.#revoked = revoked;
    this.renew(pass);
  }

  get pass(): Pass {
    return this.#pass;
  }

  /** Takes another pass of the same user. */
  renew(pass: Pass): undefined {
    this.#pass = pass;
    this.#outbox.pass = pass;
    this.outdate();
    // It may have been revoked since it was looked at; from now on, whoever revokes it finds it here.
    if (this.#revoked(pass)) return void this.#context.self.tell({ type: "revoked" }) as undefined;
    return this.arm();
  }

  /** What was asked so far no longer counts once there is a new answer, for which whoever attends rooms has to ask. */
  outdate(): undefined {
    this.version += 1;
  }

  /** Asks what is granted in a room: at once where nobody else has to be asked, else later. */
  ask(room: string): ReturnType<Pass["grants"]> {
    return this.#pass.grants(room, this.#outbox.user);
  }

  /** What is granted in a room that is not joined; nothing, where somebody has to be asked first. */
  grants(room: string): readonly Grant[] {
    const asked = this.#pass.deferred ? NOTHING : this.ask(room);
    return asked instanceof Promise ? NOTHING : asked;
  }

  /** Sees to it that the end of the pass is announced, and kept. */
  arm(): undefined {
    const { endsAt } = this.#pass;
    this.#context.cancel("expiring");
    this.#context.cancel("expired");
    if (endsAt === undefined) return;
    const leftMs = endsAt - this.#context.date();
    this.#context.after("expiring", Math.max(0, leftMs - this.#limits.expiringMs), { type: "expiring" });
    this.#context.after("expired", Math.max(0, leftMs), { type: "expired" });
  }

  /** The pass is about to end, unless the wall clock has been set back. */
  announce(): undefined {
    const { endsAt = 0 } = this.#pass;
    if (endsAt - this.#context.date() > this.#limits.expiringMs) return this.arm();
    this.#outbox.reply(encode({ type: "expiring", at: endsAt }));
  }

  /** The pass has ended, unless the wall clock has been set back. */
  end(): undefined {
    const { endsAt = 0 } = this.#pass;
    if (endsAt > this.#context.date()) return this.arm();
    this.#context.self.tell({ type: "end", close: "unauthorized" });
  }
}

const NOTHING: readonly Grant[] = [];
