import type { Context } from "hono";
import type { Socket, SocketEvents } from "../actors/connection/mod.ts";
import { problem } from "./problem.ts";

/** What is to happen once a request has become a WebSocket. */
export interface UpgradePlan {
  /** The subprotocol to answer; none where none was offered. */
  readonly protocol: string | undefined;
  readonly maxMessageBytes: number;
  readonly maxFragments: number;
  /** After this long without a sign of life a peer is dead; for runtimes that look after that by themselves. */
  readonly deadAfterMs: number;
  /** Takes the open socket; the transport tells what it answers of all that happens on it. */
  connect(socket: Socket): SocketEvents;
}

/** How a route has its request upgraded. */
export type Upgrade = (c: Context, plan: UpgradePlan) => Response | Promise<Response>;

/** Where a request's plan is left for the runtime, which hands this in with the request's bindings. */
export interface UpgradeSlot {
  plan?: UpgradePlan;
}

/** The bindings that a runtime which can upgrade gives a request. */
export interface UpgradeBindings {
  readonly greenroom?: UpgradeSlot;
  /** The address at the other end of the connection. */
  readonly peer?: string | undefined;
}

const MARK = "greenroom-upgrade";

/**
 * Leaves the plan for the runtime, which upgrades as the very last step, behind all middleware: some runtimes end their
 * whole listener when a response is touched after the upgrade (Deno), and whoever stands in between may still refuse.
 *
 * Where no runtime of ours waits for the plan, the placeholder says so to the client.
 */
export const deferred: Upgrade = (c, plan) => {
  const slot = (c.env as UpgradeBindings | undefined)?.greenroom;
  if (slot === undefined) return problem(501, "Cannot upgrade: this server does not serve WebSockets");
  slot.plan = plan;
  return new Response(null, { status: 200, headers: { [MARK]: "pending" } });
};

/** The plan of a request, where a route left one and its placeholder has come through all middleware unchanged. */
export function planOf({ plan }: UpgradeSlot, response: Response): UpgradePlan | undefined {
  return response.status === 200 && response.headers.has(MARK) ? plan : undefined;
}
