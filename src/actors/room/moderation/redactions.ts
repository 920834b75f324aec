import type { Context, Handle } from "../../kernel/mod.ts";
import { encode } from "../../wire/mod.ts";
import type { Outcome, Page } from "../log.ts";
import type { Request, RoomMessage } from "../message.ts";
import type { RoomScope } from "../scope.ts";
import type { AuditTrail } from "./audit-trail.ts";
import type { Judge } from "./judge.ts";
import { isWhole, own, type Redaction } from "./news.ts";
import { doubt, refusalText } from "./refuse.ts";

/** What redactions are done with, in one life of a room. */
export interface RedactionsOptions {
  readonly judge: Judge;
  readonly trail: AuditTrail;
  readonly next: Handle<RoomMessage>;
  /** Takes a redaction that was allowed under a policy which has changed meanwhile. */
  readonly withhold: (redaction: Redaction) => boolean;
}

/** How messages lose their content: one's own by one's own word, others' by a moderator's, which the audit keeps. */
export class Redactions {
  readonly #scope: RoomScope;
  readonly #context: Context<RoomMessage>;
  readonly #options: RedactionsOptions;
  readonly #open = new Set<Request>();

  constructor(scope: RoomScope, context: Context<RoomMessage>, options: RedactionsOptions) {
    this.#scope = scope;
    this.#context = context;
    this.#options = options;
    // What this life has asked for, no other one hears of.
    context.onStop(() => {
      for (const request of this.#open) doubt(scope.name, request);
    });
  }

  /** Looks up the message first. */
  ask(request: Request, { seq: target, reason }: { readonly seq: number; readonly reason?: string }): undefined {
    const redaction = { request, target, reason };
    this.#open.add(request);
    this.#context.pipe(
      this.#scope.log.read(this.#scope.name, { after: target - 1 }, { count: 1, bytes: 1 }),
      (page) => own({ type: "found", redaction, page }),
      () => own({ type: "notRedacted", redaction }),
    );
  }

  found(redaction: Redaction, { entries: [entry] }: Page): undefined {
    const { request, target } = redaction;
    const { listener } = request;
    const { judge, trail } = this.#options;
    if (entry?.seq !== target || !isWhole(entry)) return this.#missing(request);
    if (entry.sender.id === listener.user.id) return this.noted(redaction);
    if (!judge.moderates(listener)) {
      return this.#refuse(request, { code: "forbidden", why: "the message is another's" });
    }
    const { reason } = redaction;
    const deed = { at: this.#context.date(), by: listener.user.id, path: "command", action: "redact" } as const;
    const what = { room: this.#scope.name, user: entry.sender.id, seq: target };
    this.#context.pipe(
      trail.add({ ...deed, ...what, ...(reason !== undefined && { reason }) }),
      () => own({ type: "noted", redaction }),
      () => own({ type: "notRedacted", redaction }),
    );
  }

  /** Hands it to the log, under what holds now. */
  noted(redaction: Redaction): undefined {
    const { request, target, reason } = redaction;
    const { listener } = request;
    const { judge, next } = this.#options;
    this.#open.add(request); // of one that is judged again, this life may not have heard
    const refusal = judge.entering(listener);
    if (refusal !== undefined) return this.#refuse(request, refusal);
    const { self } = this.#context;
    next({
      type: "say",
      sender: { id: listener.user.id, name: listener.user.name },
      content: "",
      data: undefined,
      key: undefined,
      fence: undefined,
      redacts: { target, reason },
      policy: judge.policy,
      // It may be another life of the room that hears of it.
      done: (outcome) => void self.tell(own({ type: "redacted", redaction, outcome })) as undefined,
    });
    // Not before: where the room fails over it, its end says that nobody can tell.
    this.#open.delete(request);
  }

  /** The log has said what became of it. */
  redacted(redaction: Redaction, outcome: Outcome): undefined {
    const { request } = redaction;
    const { id, answer } = request;
    if (outcome.type === "appended") {
      const about = { ...(id !== undefined && { id }), room: this.#scope.name };
      return answer(encode({ type: "ack", ...about, seq: outcome.entry.seq }));
    }
    if (outcome.type === "refused" && outcome.reason === "missing") return this.#missing(request);
    if (outcome.type === "refused" && outcome.reason === "outdated" && this.#options.withhold(redaction)) return;
    if (outcome.type === "refused") return this.notRedacted(redaction);
    return doubt(this.#scope.name, request);
  }

  /** It was not done. */
  notRedacted({ request }: Redaction): undefined {
    return this.#refuse(request, { code: "unavailable", why: "the log takes nothing at present", retryAfter: 1_000 });
  }

  #missing(request: Request): undefined {
    return this.#refuse(request, { code: "not_found", why: "no message is there that has its content" });
  }

  #refuse(request: Request, refusal: Parameters<typeof refusalText>[2]): undefined {
    this.#open.delete(request);
    return request.answer(refusalText(this.#scope.name, request, refusal));
  }
}
