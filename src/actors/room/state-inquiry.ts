import type { Context } from "../kernel/mod.ts";
import { encode } from "../wire/mod.ts";
import type { Enter, RoomMessage } from "./message.ts";
import type { Records, Stored } from "./records.ts";
import type { RoomScope } from "./scope.ts";
import type { StateBook } from "./state-book.ts";
import type { Newcomers } from "./state-newcomers.ts";

/** What comes of asking. */
export type InquiryNews =
  | {
      readonly type: "answered";
      readonly question: number;
      readonly versionThen: number;
      readonly stored: Stored | undefined;
    }
  | { readonly type: "notAnswered"; readonly question: number }
  | { readonly type: "ask" }
  | { readonly type: "overdue" };

/** How often records that other nodes change are asked, since word of a change may get lost; and how soon after a failure. */
const COMPARE_MS = 5_000;
const RETRY_MS = 1_000;
/** So long someone waits at the door for the records to say what the state is. */
const PATIENCE_MS = 2_000;

/** What a room asks about its state by. */
export interface InquiryOptions {
  readonly key: string;
  readonly records: Records;
  readonly book: StateBook;
  readonly newcomers: Newcomers;
}

/** How a room finds out what its state is, in one life of it, and who waits at the door until it has. */
export class Inquiry {
  readonly #scope: RoomScope;
  readonly #context: Context<RoomMessage>;
  readonly #options: InquiryOptions;
  #asking = false;
  #again = false;

  constructor(scope: RoomScope, context: Context<RoomMessage>, options: InquiryOptions) {
    this.#scope = scope;
    this.#context = context;
    this.#options = options;
    if (scope.log.shared) context.every("state compare", COMPARE_MS, own({ type: "ask" }));
    if (options.newcomers.waiting) this.#await();
  }

  /** Asks the records what the state is; once more, if an answer is still on its way. */
  ask(): undefined {
    const { key, records, book, newcomers } = this.#options;
    this.#again = this.#asking;
    if (this.#asking) return;
    this.#asking = true;
    const [question, versionThen] = [newcomers.ask(), book.version];
    this.#context.pipe(
      records.get(key),
      (stored) => own({ type: "answered", question, versionThen, stored }),
      () => own({ type: "notAnswered", question }),
    );
  }

  /** Answers whether someone may come in, and keeps at the door whoever may not yet. */
  admits(enter: Enter): boolean {
    const { newcomers } = this.#options;
    const { shared } = this.#scope.log;
    const verdict = newcomers.verdict(enter);
    if (verdict === "gone") return false;
    if (verdict === "admitted" || (newcomers.settled && !shared)) {
      newcomers.entered(enter.listener);
      return true;
    }
    if (!newcomers.waiting) this.#await();
    // Alone, any answer will do; else others may have changed it since the last question.
    newcomers.wait(enter, shared ? newcomers.question + 1 : newcomers.question);
    if (shared) this.ask();
    return false;
  }

  heard(news: InquiryNews): undefined {
    const { book, newcomers } = this.#options;
    switch (news.type) {
      case "ask":
        return this.ask();
      case "overdue":
        return this.#letIn(newcomers.overdue());
      case "answered":
        this.#asking = false;
        book.answered(news.stored, news.versionThen);
        this.#letIn(newcomers.answered(news.question));
        break;
      case "notAnswered":
        this.#asking = false;
        this.#letIn(newcomers.unanswered(news.question));
        this.#context.after("state ask", RETRY_MS, own({ type: "ask" }));
        break;
      default:
        news satisfies never;
    }
    if (this.#again) this.ask();
  }

  #await(): undefined {
    this.#context.after("state overdue", PATIENCE_MS, own({ type: "overdue" }));
  }

  /** They come in by the mailbox, so that whatever goes wrong then finds them in it. */
  #letIn(admitted: readonly Enter[]): undefined {
    for (const enter of admitted) if (!this.#context.self.tell(enter)) this.#turnAway(enter);
    if (!this.#options.newcomers.waiting) this.#context.cancel("state overdue");
  }

  #turnAway({ listener, answer, id }: Enter): undefined {
    const { name: room } = this.#scope;
    const message = `Cannot join ${room}: too many are at its door`;
    this.#options.newcomers.left(listener);
    const error = { type: "error", room, code: "overloaded", message, retryAfter: RETRY_MS } as const;
    answer(encode({ ...error, ...(id !== undefined && { id }) }));
    listener.inform({ type: "turnedAway", room });
  }
}

function own(message: InquiryNews): RoomMessage {
  return { type: "own", layer: "state", message };
}
