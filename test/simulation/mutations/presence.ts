import { type Mutation, mutation } from "./mutation.ts";

/** Faults in what members are told of each other, and in what nodes tell each other of their members. */
export const presenceMutations: readonly Mutation[] = [
  mutation("whoever loses a connection is gone at once", "actors/room/presence.ts", {
    from: "if (abrupt) context.after(`grace ${id}`, graceMs(),",
    to: "if (abrupt) context.after(`grace ${id}`, 1,",
  }),
  mutation("whoever leaves stays for the grace", "actors/room/presence.ts", {
    from: "        else remove(id, { own: true });",
    to: '        else context.after(`grace ${id}`, graceMs(), { type: "graceOver", user: id });',
  }),
  mutation("the interval between two announcements is not kept", "actors/room/presence.ts", {
    from: "quietUntil = context.now() + limits.presenceIntervalMs;",
    to: "quietUntil = context.now();",
  }),
  mutation("who has left is told all the same what comes of who came meanwhile", "actors/room/presence.ts", {
    from: "        newcomers.delete(cursor);\n        askers.delete(cursor);\n",
    to: "",
  }),
  mutation("across nodes: whoever leaves stays where it might come back to", "actors/room/presence.ts", {
    from: "gone: (id) => remove(id, { own: true })",
    to: "gone: () => undefined",
  }),
  mutation(
    "across nodes: a room's members count once for each node in the list of rooms",
    "actors/room/presence/directory.ts",
    {
      from: "Math.max(count, counts.get(room) ?? 0)",
      to: "count + (counts.get(room) ?? 0)",
    },
  ),
  mutation("across nodes: a dead node's members stay", "actors/room/presence/correspondence.ts", {
    from: "if (this.#scope.roster.depart(id, node)) went(id);\n    }\n    const found",
    to: "if (id === node) went(id);\n    }\n    const found",
  }),
  mutation("across nodes: a change counts though one before it is missing", "actors/room/presence/neighbours.ts", {
    from: "if (edition !== known.edition || version !== known.version + 1) return unclear;",
    to: "if (edition !== known.edition) return unclear;",
  }),
  mutation("across nodes: what is missing is not asked for", "actors/room/presence/correspondence.ts", {
    from: 'if (heard.known === "unclear") {',
    to: 'if (heard.known === "partial") {',
  }),
  mutation("across nodes: nobody says how things stand", "actors/room/presence/correspondence.ts", {
    from: 'if (known.own.version > 0) this.#say({ type: "standing", ...this.#own });',
    to: "",
  }),
  mutation("across nodes: a lease is taken once, and never renewed", "actors/room/presence/roll-call.ts", {
    from: "      callIn(LEASE.renewMs);\n",
    to: "",
  }),
  mutation("across nodes: who is not among all members stays", "actors/room/presence/neighbours.ts", {
    from: "const left = [...known.members].filter((id) => !ids.has(id));",
    to: "const left = [...known.members].filter((id) => !ids.has(id) && ids.size < 0);",
  }),
  mutation("across nodes: who leaves one node leaves them all", "actors/room/roster.ts", {
    from: "return !here && elsewhere === undefined && this.#members.delete(user.id);",
    to: "return !here && this.#members.delete(user.id);",
  }),
  mutation("across nodes: who comes is told, and who goes is not", "actors/room/presence/own-word.ts", {
    from: "else left.push(id);",
    to: "",
  }),
  mutation("across nodes: a room opened anew is taken for the one before", "actors/room/presence/neighbours.ts", {
    from: "return one.edition - other.edition || one.version - other.version;",
    to: "return one.version - other.version;",
  }),
];
