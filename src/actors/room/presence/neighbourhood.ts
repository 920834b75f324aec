import { type ActorSystem, restartOnFailure } from "../../kernel/mod.ts";
import type { Records } from "../records.ts";
import { Nodes } from "./nodes.ts";
import { rollCall } from "./roll-call.ts";

/** This node among those that share its rooms. */
export interface Neighbourhood {
  readonly nodes: Nodes;
  /** Clients are about to be told to come back, spread over so many ms. */
  drain(spreadMs: number): undefined;
  /** Has the users that were here stay members for as long as they may take to come back; waits hardly longer than `waitMs`. */
  leave(waitMs: number): Promise<void>;
}

/** Others are told that this node ends, however late it is by then. */
const LEAVING_MS = 250;

/** Keeps this node's lease, and looks which others stand. */
export function neighbourhood(
  system: ActorSystem,
  { records, node }: { readonly records: Records; readonly node: string },
): Neighbourhood {
  const nodes = new Nodes(node);
  const ref = system.spawn(rollCall({ records, nodes }), {
    name: "roll call",
    supervision: restartOnFailure({ maxRestarts: Number.POSITIVE_INFINITY }),
  });
  return {
    nodes,
    drain: (spreadMs) => nodes.drain(spreadMs),
    async leave(waitMs) {
      const ttlMs = nodes.graceMs(0);
      const question = (reply: (answer: undefined) => undefined) => ({ type: "leave", ttlMs, reply }) as const;
      // Where nobody answers, the lease that stands runs out by itself.
      await system.ask(ref, question, waitMs + LEAVING_MS).catch(() => undefined);
    },
  };
}
