import type { ActorRef, Behavior, Context, Handle, MailboxPolicy } from "../kernel/mod.ts";
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
export type JournalMessage<P> = Append<P> | { readonly type: "commit" };

/** Bounded by what rooms may have under way together; past it, a room hears that its proposal was not taken. */
export const journalMailbox: MailboxPolicy<JournalMessage<Proposal>> = {
  classes: { append: { limit: 65_536, limitBytes: 64 * 1024 ** 2 }, commit: { limit: 1 } },
  classOf: (message) => message.type,
  sizeOf: (message) => (message.type === "append" ? 200 + 2 * message.draft.content.length : 0),
};

/** Gathers what all rooms want appended in a turn into one append of the log. */
export function journal<P>(log: RoomLog): Behavior<JournalMessage<P>> {
  return function journal(context: Context<JournalMessage<P>>): Handle<JournalMessage<P>> {
    let pending: Append<P>[] = [];

    function commit(): undefined {
      const batch = pending;
      pending = [];
      try {
        log.append(
          batch.map(({ draft }) => draft),
          (outcomes) => answer(batch, outcomes),
        );
      } catch (error) {
        answer(batch, []);
        throw error;
      }
    }

    return function handle(message: JournalMessage<P>): undefined {
      switch (message.type) {
        case "append":
          // The commit queues behind the drafts that are waiting already, so that it takes them all.
          if (pending.length === 0) context.self.tell({ type: "commit" });
          pending.push(message);
          return;
        case "commit":
          return commit();
        default:
          message satisfies never;
      }
    };
  };
}

function answer<P>(batch: readonly Append<P>[], outcomes: readonly Outcome[]): undefined {
  const byRoom = new Map<ActorRef<Appended<P>>, { proposal: P; outcome: Outcome }[]>();
  for (const [at, { room, proposal }] of batch.entries()) {
    const result = { proposal, outcome: outcomes[at] ?? { type: "unknown" as const } };
    const results = byRoom.get(room);
    if (results === undefined) byRoom.set(room, [result]);
    else results.push(result);
  }
  for (const [room, results] of byRoom) room.tell({ type: "appended", results });
}
