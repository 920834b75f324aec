import { Counters } from "../counters/mod.ts";
import type { ActorRef, Behavior, Context, Handle, MailboxPolicy } from "../kernel/mod.ts";
import { defaultLimits } from "../wire/mod.ts";
import type { Draft, Outcome, RoomLog } from "./log.ts";
import type { Proposal } from "./message.ts";

/** Something to be appended, and who is told what became of it. */
export interface Append<P> {
  readonly type: "append";
  readonly draft: Draft;
  readonly proposal: P;
  readonly room: ActorRef<Appended<P>>;
}

/** What became of a room's proposals, in their order. */
export interface Appended<P> {
  readonly type: "appended";
  readonly results: readonly { readonly proposal: P; readonly outcome: Outcome }[];
}

/** What the journal takes. */
export type JournalMessage<P> =
  | Append<P>
  /** The log has answered a commit. */
  | { readonly type: "answered" }
  /** Someone wants to know, by `reply`, when nothing is under way any more. */
  | { readonly type: "settle"; readonly reply: (answer: undefined) => undefined };

/** Bounded by what rooms may have under way together; past it, a room hears that its proposal was not taken. */
export const journalMailbox: MailboxPolicy<JournalMessage<Proposal>> = {
  classes: { append: { limit: 65_536, limitBytes: 64 * 1024 ** 2 } },
  classOf: ({ type }) => (type === "append" ? type : "control"),
  sizeOf(message) {
    if (message.type !== "append") return 0;
    const { content, data } = message.draft;
    return 200 + 2 * content.length + (data === undefined ? 0 : defaultLimits.dataBytes);
  },
};

/** Gathers what all rooms want appended in a turn into one append of the log. */
export function journal<P>(log: RoomLog, counters: Counters = new Counters()): Behavior<JournalMessage<P>> {
  return function journal(context: Context<JournalMessage<P>>): Handle<JournalMessage<P>> {
    const requestCommit = context.onTurnEnd(commit, "commit");
    let pending: Append<P>[] = [];
    let underWay = 0;
    let waiting: ((answer: undefined) => undefined)[] = [];

    function settle(): undefined {
      if (pending.length > 0 || underWay > 0) return;
      for (const reply of waiting) reply(undefined);
      waiting = [];
    }

    function commit(): undefined {
      const batch = pending;
      pending = [];
      underWay += 1;
      const fromMs = context.now();
      try {
        log.append(
          batch.map(({ draft }) => draft),
          (outcomes) => {
            counters.appends.note(context.now() - fromMs);
            counters.appended += answer(batch, outcomes);
            context.self.tell({ type: "answered" });
          },
        );
      } catch (error) {
        answer(batch, []);
        throw error;
      }
    }

    return function handle(message: JournalMessage<P>): undefined {
      switch (message.type) {
        case "append":
          pending.push(message);
          return requestCommit();
        case "answered":
          underWay -= 1;
          return settle();
        case "settle":
          waiting.push(message.reply);
          return settle();
        default:
          message satisfies never;
      }
    };
  };
}

/** Tells each room what became of its proposals; returns how many were appended. */
function answer<P>(batch: readonly Append<P>[], outcomes: readonly Outcome[]): number {
  let appended = 0;
  const byRoom = new Map<ActorRef<Appended<P>>, { proposal: P; outcome: Outcome }[]>();
  for (const [at, { room, proposal }] of batch.entries()) {
    const result = { proposal, outcome: outcomes[at] ?? { type: "unknown" as const } };
    if (result.outcome.type === "appended") appended += 1;
    const results = byRoom.get(room);
    if (results === undefined) byRoom.set(room, [result]);
    else results.push(result);
  }
  for (const [room, results] of byRoom) room.tell({ type: "appended", results });
  return appended;
}
