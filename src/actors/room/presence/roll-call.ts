import type { Behavior, Context, Handle } from "../../kernel/mod.ts";
import type { Records } from "../records.ts";
import { LEASE, LEASES, type NodeLease, type Nodes } from "./nodes.ts";

/** What the roll call is told. */
export type RollCallMessage =
  | { readonly type: "call" }
  /** Somebody has spoken who is not known. */
  | { readonly type: "stranger" }
  | { readonly type: "called"; readonly call: number; readonly leases: ReadonlyMap<string, NodeLease> }
  | { readonly type: "notCalled"; readonly call: number }
  /** This node ends: what it has is to stand for as long as its users may take to come back elsewhere. */
  | { readonly type: "leave"; readonly ttlMs: number; readonly reply: (answer: undefined) => undefined };

/** An answer that takes longer counts as none. */
const PATIENCE_MS = 5_000;
/** Leases are looked at no more often than that, whoever speaks. */
const STRANGER_MS = 250;
/** After a call without an answer. */
const RETRY_MS = 500;
const PAGE = 1_000;

/** Renews this node's lease, and looks which others stand. */
export function rollCall({
  records,
  nodes,
}: {
  readonly records: Records;
  readonly nodes: Nodes;
}): Behavior<RollCallMessage> {
  return function rollCall(context: Context<RollCallMessage>): Handle<RollCallMessage> {
    const key = LEASES + nodes.own;
    let calls = 0;
    let calledAt = Number.NEGATIVE_INFINITY;
    let calling: Promise<unknown> | undefined;
    let leaving = false;

    async function leases(): Promise<ReadonlyMap<string, NodeLease>> {
      await records.put(key, { leaving: false }, { ttlMs: LEASE.ttlMs });
      const found = new Map<string, NodeLease>();
      for (let after: string | undefined = LEASES; after !== undefined; ) {
        const { records: page, next } = await records.list(LEASES, { limit: PAGE, after });
        for (const { key: name, value } of page) found.set(name.slice(LEASES.length), value as unknown as NodeLease);
        after = next;
      }
      return found;
    }

    function call(): undefined {
      if (leaving) return;
      callIn(LEASE.renewMs);
      if (calling !== undefined) return;
      calls += 1;
      const mine = calls;
      calledAt = context.now();
      const answer = leases();
      calling = answer;
      context.pipe(
        answer,
        (found) => ({ type: "called", call: mine, leases: found }),
        () => ({ type: "notCalled", call: mine }),
      );
      context.after("patience", PATIENCE_MS, { type: "notCalled", call: mine });
    }

    function answered(call: number): boolean {
      if (call !== calls || calling === undefined) return false;
      calling = undefined;
      context.cancel("patience");
      return true;
    }

    function callIn(waitMs: number): undefined {
      if (!leaving) context.after("call", waitMs, { type: "call" });
    }

    function take(found: ReadonlyMap<string, NodeLease>): undefined {
      const againMs = nodes.take(found, context.now());
      if (againMs !== undefined && againMs < LEASE.renewMs) callIn(againMs);
    }

    /** Behind the renewal that may be under way, which would undo it. */
    async function lastLease(ttlMs: number): Promise<void> {
      await calling?.catch(() => undefined);
      await records.put(key, { leaving: true }, { ttlMs });
    }

    function leave(ttlMs: number, reply: (answer: undefined) => undefined): undefined {
      leaving = true;
      context.cancel("call");
      const done = (): undefined => reply(undefined);
      // Where this fails, the lease that stands runs out.
      lastLease(ttlMs).then(done, done);
    }

    const watch = records.watch(LEASES, ({ key: changed, stored }) => {
      const name = changed.slice(LEASES.length);
      // Most changes are renewals.
      if (name !== nodes.own && (stored === undefined || !nodes.lives(name))) nodes.seek();
    });
    context.onStop(function letGo(): undefined {
      watch.close();
    });
    nodes.onSeek(() => void context.self.tell({ type: "stranger" }));
    call();

    return function handle(message: RollCallMessage): undefined {
      switch (message.type) {
        case "call":
          return call();
        case "stranger": {
          return callIn(Math.max(0, calledAt + STRANGER_MS - context.now()));
        }
        case "called":
          return answered(message.call) ? take(message.leases) : undefined;
        case "notCalled":
          // Soon again: others miss this node's lease.
          return answered(message.call) ? callIn(RETRY_MS) : undefined;
        case "leave":
          return leave(message.ttlMs, message.reply);
        default:
          message satisfies never;
      }
    };
  };
}
