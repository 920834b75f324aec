import type { Context } from "../kernel/mod.ts";
import { type ErrorEvent, encode } from "../wire/mod.ts";
import type { Delivery } from "./delivery.ts";
import type { InHand } from "./in-hand.ts";
import type { Appended } from "./journal.ts";
import type { Outcome } from "./log.ts";
import type { Proposal, Publish, RoomMessage, Say } from "./message.ts";
import type { RoomScope } from "./scope.ts";
import { wayBack } from "./way-back.ts";

type Asked = Pick<Publish, "listener" | "id" | "answer">;

/** How what members say comes into the log, and what they hear of it, in one life of a room. */
export class Proposals {
  readonly #scope: RoomScope;
  readonly #context: Context<RoomMessage>;
  readonly #delivery: Delivery;
  readonly #inHand: InHand;

  constructor(
    scope: RoomScope,
    context: Context<RoomMessage>,
    { delivery, inHand }: { readonly delivery: Delivery; readonly inHand: InHand },
  ) {
    this.#scope = scope;
    this.#context = context;
    this.#delivery = delivery;
    this.#inHand = inHand;
  }

  /** Hands a draft to the journal; its outcome comes back as `appended`. */
  publish(publish: Publish): undefined {
    const { name: room, journal, policy } = this.#scope;
    const { listener, content, data, key, attachment } = publish;
    const sender = { id: listener.user.id, name: listener.user.name };
    const file = attachment === undefined ? {} : { attachment };
    const words = { room, sender, content, data, key, at: this.#context.date(), fence: undefined, ...file };
    const draft = policy === undefined ? words : { ...words, policy };
    if (journal.tell({ type: "append", draft, proposal: publish, room: this.#context.self })) {
      this.#inHand.proposed();
      return;
    }
    this.#refuse(publish, { code: "overloaded", message: `Cannot publish in ${room}: too much is under way` });
  }

  /** Does the same for a host or a layer. */
  say({ type: _, done, ...words }: Say): undefined {
    const { name: room, journal } = this.#scope;
    const draft = { room, ...words, at: this.#context.date() };
    const taken = journal.tell({ type: "append", draft, proposal: { done }, room: this.#context.self });
    if (taken) this.#inHand.proposed();
    else done({ type: "refused", reason: "unavailable" });
  }

  /** Tells each sender what became of its message. */
  answer({ results }: Appended<Proposal>): undefined {
    this.#inHand.decided(results.length);
    for (const { proposal, outcome } of results) {
      if ("done" in proposal) proposal.done(outcome);
      else this.#answer(proposal, outcome);
    }
  }

  /** Hands on what is now in the log. */
  accept({ results }: Appended<Proposal>): undefined {
    for (const { outcome } of results) {
      if (outcome.type === "appended") this.#delivery.accept(outcome.epoch, [outcome.entry], outcome.oldest);
    }
  }

  #answer(proposal: Publish, outcome: Outcome): undefined {
    const { name: room } = this.#scope;
    const { listener, id } = proposal;
    const ack = { type: "ack", ...(id !== undefined && { id }), room } as const;
    switch (outcome.type) {
      case "appended":
        return wayBack(proposal)(encode({ ...ack, seq: outcome.entry.seq }));
      case "duplicate":
        listener.inform({ type: "repeated", room });
        return wayBack(proposal)(encode({ ...ack, seq: outcome.seq, duplicate: true }));
      case "refused":
        if (outcome.reason === "outdated" && this.#seenTo(proposal)) return;
        return this.#refuse(proposal, { message: `Cannot publish in ${room}: its log takes nothing at present` });
      case "unknown": {
        const message = `Cannot tell whether this was published in ${room}: repeat it with the same key`;
        return this.#refuse(proposal, { message, unknown: true });
      }
      default:
        outcome satisfies never;
    }
  }

  /** Whether somebody judges the words again that were allowed under an old policy. */
  #seenTo(publish: Publish): boolean {
    for (const observer of this.#scope.observers) if (observer.outdated?.(publish) === true) return true;
    return false;
  }

  #refuse(asked: Asked, error: Pick<ErrorEvent, "message"> & Partial<ErrorEvent>): undefined {
    const { id } = asked;
    const base = { type: "error", code: "unavailable", retryAfter: 1_000, room: this.#scope.name } as const;
    wayBack(asked)(encode({ ...base, ...(id !== undefined && { id }), ...error }));
  }
}
