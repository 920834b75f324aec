import { type Mutation, mutation } from "./mutation.ts";

/** Faults that were really there, until the simulation found them. */
export const onceMutations: readonly Mutation[] = [
  mutation("once: a cursor went live before its room had read the log again", "actors/room/catch-up.ts", {
    from: ' || this.#delivery.head.epoch === ""',
    to: "",
  }),
  mutation("once: of two answers to one question, the older one counted", "actors/room/delivery.ts", {
    from: "if (epoch === this.#head.epoch && seq < this.#head.seq) return this.#outdated();",
    to: "",
  }),
  mutation("once: what was redacted in one epoch was shown as redacted in another", "actors/room/delivery.ts", {
    from: "const redacted = epoch === this.#head.epoch ? this.#redacted : NONE;",
    to: 'const redacted = epoch === "" ? NONE : this.#redacted;',
  }),
  mutation("once: a log that threw ended the journal for good", "greenroom.ts", {
    from: "supervision: restartOnFailure({ maxRestarts: Number.POSITIVE_INFINITY }),",
    to: "",
  }),
  mutation("once: history that a failed room had asked for was never answered", "actors/room/archive.ts", {
    from: "for (const asked of [...this.#reading]) this.historyNotRead(asked);",
    to: "",
  }),
  mutation("once: someone who came while there were only counts was not told", "actors/room/presence.ts", {
    from: "cursor.announced = counting ? announced - 1 : announced;",
    to: "cursor.announced = announced;",
  }),
  mutation("once: a leaving or an ending that failed was forgotten", "actors/room/room.ts", {
    from: '        case "retire":\n          context.self.tell(message);\n          return;',
    to: '        case "retire":\n          return;',
  }),
  mutation("once: who was entering when its room failed was never told", "actors/room/entrance.ts", {
    from: 'if (this.#scope.audience.of(enter.listener) === undefined) this.#refuse(enter, "unavailable");',
    to: "",
  }),
  mutation(
    "once: a room that was left was watched no more, though it had not answered",
    "actors/connection/attendance.ts",
    {
      from: "this.#departing.set(room, ref);",
      to: "this.#context.unwatch(ref);",
    },
  ),
];
