import type { Context } from "../kernel/mod.ts";
import { type CommandId, encode } from "../wire/mod.ts";
import type { Delivery } from "./delivery.ts";
import type { Head, Page } from "./log.ts";
import type { ListMembers, ReadHistory, RoomMessage } from "./message.ts";
import { fitting, withEntries } from "./pages.ts";
import { type Encoded, textFor } from "./recent.ts";
import type { RoomScope } from "./scope.ts";

/** What is kept of an event's bytes for the fields around its entries. */
const AROUND_BYTES = 1_024;

/** What members look up, in one life of a room: its entries, and who is here. */
export class Archive {
  readonly #scope: RoomScope;
  readonly #context: Context<RoomMessage>;
  readonly #delivery: Delivery;
  /** What the log is being asked. */
  readonly #reading = new Set<ReadHistory>();

  constructor(scope: RoomScope, context: Context<RoomMessage>, delivery: Delivery) {
    this.#scope = scope;
    this.#context = context;
    this.#delivery = delivery;
    context.onStop(() => this.#giveUp());
  }

  /** Answers from what is at hand, else from the log. */
  history(asked: ReadHistory): undefined {
    const { recent, limits, log, name } = this.#scope;
    const { head } = this.#delivery;
    const limit = { count: asked.limit, bytes: limits.eventBytes - AROUND_BYTES };
    const before = Math.min(asked.before ?? head.seq + 1, head.seq + 1);
    const range = asked.after === undefined ? { before } : { after: asked.after };
    const entries =
      "after" in range
        ? range.after >= head.oldest - 1
          ? recent.after(range.after, limit)
          : undefined
        : recent.before(range.before, head.oldest, limit);
    if (entries !== undefined) return this.#answer(asked, entries, head);
    this.#reading.add(asked);
    this.#context.pipe(
      log.read(name, range, limit),
      (page) => ({ type: "historyRead", asked, page }),
      () => ({ type: "historyNotRead", asked }),
    );
  }

  historyRead(asked: ReadHistory, page: Page): undefined {
    this.#reading.delete(asked);
    this.#delivery.sees(page);
    this.#answer(asked, this.#delivery.encoded(page), page);
  }

  historyNotRead(asked: ReadHistory): undefined {
    this.#reading.delete(asked);
    const { name: room } = this.#scope;
    const { answer, id } = asked;
    const message = `Cannot read the history of ${room}: its log does not answer`;
    answer(encode({ type: "error", ...idOf(id), room, code: "unavailable", message, retryAfter: 1_000 }));
  }

  /** Answers who is here, a page at a time. */
  members({ answer, id, limit, cursor }: ListMembers): undefined {
    const { name: room, roster } = this.#scope;
    const after = /^\d{1,15}$/.test(cursor ?? "0") ? Number(cursor ?? "0") : undefined;
    if (after === undefined) {
      const message = "Cannot list members: the cursor is none of ours";
      answer(encode({ type: "error", ...idOf(id), room, code: "bad_command", message, issues: ["cursor"] }));
      return;
    }
    const { members, next } = roster.page(limit, after);
    const more = next === undefined ? {} : { cursor: String(next) };
    answer(encode({ type: "members", ...idOf(id), room, count: roster.size, members, ...more }));
  }

  /** What this life has asked the log, no other one hears. */
  #giveUp(): undefined {
    for (const asked of [...this.#reading]) this.historyNotRead(asked);
  }

  #answer(
    { listener, answer, id, after }: ReadHistory,
    found: readonly Encoded[],
    { epoch, seq, oldest }: Head,
  ): undefined {
    const user = listener.user.id;
    const maxBytes = this.#scope.limits.eventBytes - AROUND_BYTES;
    const entries = fitting(found, { user, maxBytes, keep: after === undefined ? "last" : "first" });
    const [first, last] = [entries[0]?.seq, entries.at(-1)?.seq];
    const more = after === undefined ? first !== undefined && first > oldest : last !== undefined && last < seq;
    const event = { type: "history", ...idOf(id), room: this.#scope.name, epoch, more, oldest } as const;
    answer(
      withEntries(
        event,
        entries.map((entry) => textFor(user, entry)),
      ),
    );
  }
}

function idOf(id: CommandId | undefined): { readonly id?: CommandId } {
  return id === undefined ? {} : { id };
}
