import { type Mutation, mutation } from "./mutation.ts";

/** Faults in how actors live and die. */
export const lifeMutations: readonly Mutation[] = [
  mutation("a timer that was cancelled or set anew rings", "actors/kernel/life.ts", {
    from: "return this.life.ended || this.alarm?.cancelled === true;",
    to: "return this.life.ended;",
  }),
  mutation("what a former life is told is handled", "actors/kernel/life.ts", {
    from: "return this.life.ended || this.alarm?.cancelled === true;",
    to: "return this.alarm?.cancelled === true;",
  }),
  mutation("a connection that fails does not leave its rooms", "actors/connection/attendance.ts", {
    from: "if (ref !== undefined) ref.tell(leave);",
    to: "if (ref !== undefined) continue;",
  }),
  mutation("a room that fails forgets what it had in hand", "actors/room/in-hand.ts", {
    from: "      this.#message = message;\n",
    to: "      this.#message ??= undefined;\n",
  }),
  mutation("a room ends though an answer is under way", "actors/room/room.ts", {
    from: "audience.size === 0 && !inHand.pending && !awaited",
    to: "audience.size === 0 && !awaited",
  }),
  mutation("a room ends though somebody may come back to it", "actors/room/room.ts", {
    from: "audience.size === 0 && !inHand.pending && !awaited",
    to: "audience.size === 0 && !inHand.pending",
  }),
  mutation("who came while a room was about to end is forgotten", "actors/room/rooms.ts", {
    from: "return goOn(waiting);\n    }\n\n    /** Rooms with members",
    to: "return waiting === undefined ? undefined : undefined;\n    }\n\n    /** Rooms with members",
  }),
  mutation("a dead peer is never cut off", "actors/connection/heartbeat.ts", {
    from: "if (dead && !late) return this.#close(",
    to: "if (dead && late) return this.#close(",
  }),
];
