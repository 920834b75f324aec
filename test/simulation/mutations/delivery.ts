import { type Mutation, mutation } from "./mutation.ts";

/** Faults in how entries come to members. */
export const deliveryMutations: readonly Mutation[] = [
  mutation("a cursor that lags is not caught up", "actors/room/catch-up.ts", {
    from: "while (cursor.seq < this.#delivery.head.seq) {",
    to: "while (cursor.seq < 0) {",
  }),
  mutation("a join ends one entry before the live ones begin", "actors/room/entrance.ts", {
    from: "cursor.seq = entries.at(-1)?.seq ?? found.since?.seq ?? head.seq;",
    to: "cursor.seq = head.seq;",
  }),
  mutation("what is fresh is not handed on before someone goes live", "actors/room/catch-up.ts", {
    from: "    this.#delivery.deliver();\n    const { recent, audience } = this.#scope;",
    to: "    const { recent, audience } = this.#scope;",
  }),
  mutation("a cursor that has no room counts as if it had", "actors/room/catch-up.ts", {
    from: "    this.#scope.audience.fallBehind(cursor);\n    for",
    to: "    this.#scope.audience.fallBehind(cursor);\n    cursor.seq = this.#delivery.head.seq;\n    for",
  }),
  mutation("entries are handed on as they come, not head + 1", "actors/room/delivery.ts", {
    from: "return this.#early.get(this.#head.seq + 1);",
    to: "return this.#early.values().next().value;",
  }),
  {
    name: "an entry that comes twice is delivered twice",
    patches: [
      {
        file: "actors/room/delivery.ts",
        from: "return this.#early.get(this.#head.seq + 1);",
        to: "return this.#early.get(this.#head.seq) ?? this.#early.get(this.#head.seq + 1);",
      },
      {
        file: "actors/room/delivery.ts",
        from: "if (entry.seq > this.#head.seq)",
        to: "if (entry.seq >= this.#head.seq)",
      },
    ],
  },
  mutation("a gap is not read", "actors/room/delivery.ts", {
    from: "if (this.#readingGap) return;",
    to: "if (this.#head.seq >= 0) return;",
  }),
  mutation("word that was lost is not made up for", "actors/room/delivery.ts", {
    from: "if (head.seq > this.#head.seq) this.#readGap();",
    to: "",
  }),
  mutation("another epoch is taken for the present one", "actors/room/delivery.ts", {
    from: "return epoch === this.#head.epoch;",
    to: "return true;",
  }),
  mutation("since is taken without its epoch", "actors/room/entrance.ts", {
    from: "since.epoch === head.epoch && ",
    to: "",
  }),
  mutation("reset is not sent where the log was trimmed", "actors/room/catch-up.ts", {
    from: 'if (page.oldest > cursor.seq + 1) this.reset(cursor, "trimmed");\n    else if',
    to: "if",
  }),
  mutation("reset is not sent for a new epoch", "actors/room/delivery.ts", {
    from: 'if (moved || cursor.seq > seq) this.catchUp.reset(cursor, "epoch");',
    to: "",
  }),
  mutation("a member's keys are shown to everybody", "actors/room/recent.ts", {
    from: "entry.keyed !== undefined && entry.sender === user",
    to: "entry.keyed !== undefined",
  }),
  mutation("history is one entry short", "actors/room/recent.ts", {
    from: "const to = this.#start + Math.min(seq - this.first, this.#length);",
    to: "const to = this.#start + Math.min(seq - this.first - 1, this.#length);",
  }),
  mutation("history brings one entry more than was asked for", "actors/room/recent.ts", {
    from: "for (; to - from < limit.count; from -= 1) {",
    to: "for (; to - from <= limit.count; from -= 1) {",
  }),
  mutation("what was redacted is left out of history", "actors/room/archive.ts", {
    from: "this.#answer(asked, this.#delivery.encoded(page), page);",
    to: "const entries = page.entries.filter(({ redacted }) => redacted !== true);\n    this.#answer(asked, this.#delivery.encoded({ ...page, entries }), page);",
  }),
];
