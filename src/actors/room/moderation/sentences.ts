import type { Context } from "../../kernel/mod.ts";
import { encode } from "../../wire/mod.ts";
import type { LayerCommand, Request, RoomMessage } from "../message.ts";
import type { RoomScope } from "../scope.ts";
import type { Act, Bench, Verdict } from "./bench.ts";
import { own } from "./news.ts";
import { doubt, refusalText } from "./refuse.ts";
import type { Rules } from "./rules.ts";

/** What moderators decide on, in one life of a room. */
type Decision = Exclude<LayerCommand, { readonly type: "set" | "redact" }>;

/** What moderators say about users of a room, in one life of it: acknowledged once it holds everywhere, and is seen to here. */
export class Sentences {
  readonly #scope: RoomScope;
  readonly #context: Context<RoomMessage>;
  readonly #bench: Bench;
  readonly #rules: Rules;
  readonly #open = new Set<Request>();

  constructor(
    scope: RoomScope,
    context: Context<RoomMessage>,
    { bench, rules }: { readonly bench: Bench; readonly rules: Rules },
  ) {
    this.#scope = scope;
    this.#context = context;
    this.#bench = bench;
    this.#rules = rules;
    context.onStop(() => {
      for (const request of this.#open) doubt(scope.name, request);
    });
  }

  ask(request: Request, { id: _, room: __, ...command }: Decision): undefined {
    const by = { by: request.listener.user.id, path: "command" } as const;
    this.#open.add(request);
    const done = this.#bench.do(this.#scope.name, command satisfies Act, by);
    this.#context.pipe(
      done.then(async (verdict) => ({ verdict, reading: await this.#rules.register.read() })),
      (outcome) => own({ type: "done", request, ...outcome }),
      () => own({ type: "doubtful", request }),
    );
  }

  done(request: Request, verdict: Verdict): undefined {
    const { id, answer } = request;
    const { name: room } = this.#scope;
    this.#open.delete(request);
    if (verdict.type === "done") return answer(encode({ type: "ack", ...(id !== undefined && { id }), room }));
    const why = "it has as many kicks, bans and mutes as it may: lift one first";
    return answer(refusalText(room, request, { code: "overloaded", why }));
  }

  doubtful(request: Request): undefined {
    this.#open.delete(request);
    return doubt(this.#scope.name, request);
  }
}
