import { type Mutation, mutation } from "./mutation.ts";

/** Faults in how rooms' state is kept and shown. */
export const stateMutations: readonly Mutation[] = [
  mutation("state is written over whatever stands there", "actors/room/state-writes.ts", {
    from: "records.put(key, recordOf(state), { expected: writing.onto }),",
    to: "records.put(key, recordOf(state)),",
  }),
  mutation("a set is acknowledged before it is stored", "actors/room/state.ts", {
    from: "if (writes.add({ values, fence: undefined, done })) return writes.go(context);",
    to: 'if (writes.add({ values, fence: undefined, done })) {\n          answer(encode({ type: "ack", ...about }));\n          return writes.go(context);\n        }',
  }),
  mutation("a set without a known outcome is told as a failure", "actors/room/state-writes.ts", {
    from: 'done(puts && misfits[at] === undefined ? { type: "unknown" } :',
    to: 'done(puts && misfits[at] === "keys" ? { type: "unknown" } :',
  }),
  mutation("a set that met another is taken for done", "actors/room/state-writes.ts", {
    from: "else return this.#write(context, writing.changes);",
    to: "else settle(writing);",
  }),
  mutation("state that was missed while behind stays so", "actors/room/state-showing.ts", {
    from: "if (!this.#apart.has(cursor)) this.#apart.set(cursor, this.#shown);",
    to: "this.#apart.delete(cursor);",
  }),
  mutation("a newcomer's state is taken for everybody's", "actors/room/state-showing.ts", {
    from: "if (this.#apart.get(cursor) === this.#shown) this.#apart.delete(cursor);",
    to: "this.#apart.delete(cursor);",
  }),
  mutation("what was no room for is not shown later", "actors/room/state-showing.ts", {
    from: "this.#apart.set(cursor, this.#shown);\n        full.push(cursor);",
    to: "",
  }),
  mutation("keys that were deleted are not told", "actors/room/state-record.ts", {
    from: "for (const key of before.keys()) if (!now.has(key)) found.push([key, null]);",
    to: "",
  }),
  {
    name: "word of a state that comes late counts",
    patches: [
      { file: "actors/room/state-book.ts", from: "    if (version <= this.#version) return;\n", to: "" },
      {
        file: "actors/room/state-book.ts",
        from: "  heard({ version, value }: Stored): undefined {\n    if (version > this.#version) this.take",
        to: "  heard({ version, value }: Stored): undefined {\n    this.take",
      },
    ],
  },
  mutation("who comes from another node is shown what is known here", "actors/room/state-inquiry.ts", {
    from: "(newcomers.settled && !shared)",
    to: "newcomers.settled",
  }),
  mutation("who was let in unasked is shown what is known here", "actors/room/state-newcomers.ts", {
    from: "return this.#doubtful.has(listener);",
    to: "return false;",
  }),
  mutation("the interval between two events is not kept", "actors/room/state.ts", {
    from: "quietUntil = context.now() + limits.stateIntervalMs;",
    to: "quietUntil = context.now();",
  }),
  mutation("a room ends while a set is under way", "actors/room/state.ts", {
    from: "retiring = writes.pending || newcomers.waiting;",
    to: "retiring = newcomers.waiting;",
  }),
  mutation("a room that fails forgets what it was writing", "actors/room/state-writes.ts", {
    from: "if (writing !== undefined) this.#fail(writing);",
    to: "",
  }),
  mutation("who goes while waiting at the door comes in all the same", "actors/room/state-newcomers.ts", {
    from: "if (enter !== undefined) this.#gone.add(enter);\n    this.#waiting.delete(listener);",
    to: "",
  }),
  mutation("a host whose lease has passed to another sets state", "actors/room/state-record.ts", {
    from: 'if (fence !== undefined && fence.token < seen) return "fenced";',
    to: "",
  }),
];
