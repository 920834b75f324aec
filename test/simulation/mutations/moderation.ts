import { type Mutation, mutation } from "./mutation.ts";

/** Faults in what moderators decide, and whom it reaches. */
export const moderationMutations: readonly Mutation[] = [
  mutation(
    "a sanction is acknowledged before the log refuses what was allowed without it",
    "actors/room/moderation/bench.ts",
    {
      from: "    await log.raise(room, version);\n",
      to: "",
    },
  ),
  mutation("words that were allowed under an old policy are judged no more", "actors/room/moderation/moderation.ts", {
    from: "outdated: (publish) => studies.withhold(publish),",
    to: "outdated: () => true,",
  }),
  mutation(
    "words that were allowed under an old policy are said again unjudged",
    "actors/room/moderation/moderation.ts",
    {
      from: "const refusal = barred ?? (again ? judge.writing(listener) : judge.speaking(listener, key));",
      to: "const refusal = barred ?? (again ? undefined : judge.speaking(listener, key));",
    },
  ),
  mutation("what was withheld is overtaken by what is under way", "actors/room/moderation/studies.ts", {
    from: "    if (this.#scope.inHand.pending) return;\n",
    to: "",
  }),
  {
    name: "changes of a room's rules are not followed",
    patches: [
      {
        file: "actors/room/moderation/studies.ts",
        from: "if (concern !== undefined) this.#context.self.tell(",
        to: "if (concern === null) this.#context.self.tell(",
      },
      {
        file: "actors/room/moderation/studies.ts",
        from: "if (this.#scope.log.shared) {",
        to: "if (this.#scope.log.shared && this.#again !== this.#again) {",
      },
    ],
  },
  mutation(
    "word of a room's rules is not followed: they are looked at every five seconds alone",
    "actors/room/moderation/studies.ts",
    {
      from: "if (concern !== undefined) this.#context.self.tell(",
      to: "if (concern === null) this.#context.self.tell(",
    },
  ),
  mutation("whoever is revoked stays connected", "actors/connection/connections.ts", {
    from: "if (named || held) connection.tell",
    to: "if (held) connection.tell",
  }),
  {
    name: "word of a revocation is not followed: they are looked at every five seconds alone",
    patches: [
      {
        file: "actors/room/moderation/warden.ts",
        from: "if (revocations.isConcern(change)) context.self.tell(",
        to: "if (revocations.isConcern(change) === null) context.self.tell(",
      },
      { file: "actors/room/moderation/warden.ts", from: "const LOOK_MS = 1_000;", to: "const LOOK_MS = 5_000;" },
    ],
  },
  mutation("a ban does not keep its user out", "actors/room/moderation/judge.ts", {
    from: "const barred = this.#rules.barred(listener.user.id, this.#context.now());",
    to: "const barred = this.#rules.barred(listener.user.name, this.#context.now());",
  }),
  mutation("whoever was taken out goes on being handed entries", "actors/room/entrance.ts", {
    from: '      const seated = cursor.state !== "entering";\n      audience.leave(cursor);\n      if (!seated &&',
    to: '      const seated = cursor.state !== "entering";\n      if (!seated) audience.leave(cursor);\n      if (!seated &&',
  }),
  mutation("a redaction names the place where it stands itself", "actors/room/recent.ts", {
    from: "seq, target, by: sender.id,",
    to: "seq, target: seq, by: sender.id,",
  }),
  mutation("a node that is cut off goes on writing", "actors/room/moderation/revocations.ts", {
    from: "now - this.#heardAt <= CUT_OFF_MS",
    to: "now - this.#heardAt <= 12 * CUT_OFF_MS",
  }),
  mutation("what is kept in memory is not redacted", "actors/room/delivery.ts", {
    from: "    this.#scope.recent.redact(target);\n",
    to: "",
  }),
  mutation("a leave that meets a kick is never answered", "actors/room/entrance.ts", {
    from: "    if (cursor === undefined && abrupt) return;\n",
    to: "    if (cursor === undefined) return;\n",
  }),
  mutation(
    "once: words that were judged again came back in the order of their answers",
    "actors/room/moderation/withheld.ts",
    {
      from: "this.#waiting.sort((one, other) => (one.place ?? 0) - (other.place ?? 0));",
      to: "this.#waiting;",
    },
  ),
  mutation(
    "once: words under new rules overtook those under way, which were judged again",
    "actors/room/moderation/studies.ts",
    {
      from: "if (reading.version > rules.register.version && this.#scope.inHand.pending) this.#hold();",
      to: "",
    },
  ),
];
