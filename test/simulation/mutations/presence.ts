import { type Mutation, mutation } from "./mutation.ts";

/** Faults in what nodes tell each other of their members. */
export const presenceMutations: readonly Mutation[] = [
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
