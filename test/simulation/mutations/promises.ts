import { type Mutation, mutation } from "./mutation.ts";

/** Faults in budgets, acknowledgements, presence and the order of commands. */
export const promiseMutations: readonly Mutation[] = [
  mutation("the budget is ignored", "actors/connection/outbox.ts", {
    from: "if (!alone && loadBytes + frames.bytes > this.#budgetBytes) return false;",
    to: "if (!alone && loadBytes < 0) return false;",
  }),
  mutation("a refused message is acknowledged", "actors/room/proposals.ts", {
    from: 'case "refused":\n',
    to: 'case "refused":\n        if (outcome.reason !== "outdated") return listener.reply(encode({ ...ack, seq: this.#delivery.head.seq + 1 }));\n',
  }),
  mutation("a message is acknowledged twice", "actors/room/proposals.ts", {
    from: 'case "duplicate":\n',
    to: 'case "duplicate":\n        listener.reply(encode({ ...ack, seq: outcome.seq }));\n',
  }),
  mutation("an unknown outcome is told as a failure", "actors/room/proposals.ts", {
    from: "return this.#refuse(proposal, { message, unknown: true });",
    to: "return this.#refuse(proposal, { message });",
  }),
  mutation("what waited for a join is done in reverse", "actors/connection/seats.ts", {
    from: "const waiting = this.#waiting ?? [];",
    to: "const waiting = (this.#waiting ?? []).reverse();",
  }),
  mutation("who came is not told to those who came just before", "actors/room/presence.ts", {
    from: "if (armed) newcomers.set(cursor, changes.now);",
    to: "",
  }),
  mutation("presence nets for those who asked in between, too", "actors/room/presence.ts", {
    from: "if (cursor !== undefined) askers.add(cursor);",
    to: "",
  }),
  mutation("presence that was missed while behind stays so", "actors/room/presence.ts", {
    from: "for (const event of events) cursor.listener.reply(encode(event));",
    to: "",
  }),
  {
    name: "the grace of someone who is back goes on",
    patches: [
      { file: "actors/room/presence.ts", from: "context.cancel(`grace ${user.id}`);", to: "" },
      {
        file: "actors/room/roster.ts",
        from: "!member.here || member.connections > 0) return nothing;",
        to: "!member.here) return nothing;",
      },
    ],
  },
  mutation("a signal comes back to who sent it", "actors/room/room.ts", {
    from: "(cursor) => cursor.listener === listener",
    to: "(cursor) => cursor.listener === undefined",
  }),
];
