import { type Mutation, mutation } from "./mutation.ts";

/** Faults in who acts for a room. */
export const leaseMutations: readonly Mutation[] = [
  mutation("a lease is contended for once, and never again", "actors/room/keeper.ts", {
    from: '      context.after("contend", LEASE.renewMs, { type: "contend" });\n',
    to: "",
  }),
];
