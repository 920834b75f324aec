import type { Context } from "hono";
import type { UpgradeBindings } from "./upgrade.ts";

/** What `@hono/node-server` binds to a request. */
interface NodeBindings {
  readonly incoming?: { readonly socket?: { readonly remoteAddress?: string } };
}

/** The address at the other end of a request's connection, where the runtime has told it. */
export function peerOf({ env }: Context): string | undefined {
  const bindings = env as (UpgradeBindings & NodeBindings) | undefined;
  return bindings?.peer ?? bindings?.incoming?.socket?.remoteAddress;
}
