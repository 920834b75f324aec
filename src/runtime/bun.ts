import { defaultLimits } from "../actors/wire/mod.ts";
import { problem } from "../routes/problem.ts";
import { planOf, type UpgradePlan, type UpgradeSlot } from "../routes/upgrade.ts";
import { type BunWebSocket, connectBun, websocket } from "./bun-socket.ts";
import { type ServeOptions, type Server, urlOf } from "./server.ts";

/** What is used of `Bun`. */
interface BunNamespace {
  serve(options: {
    readonly port: number;
    readonly hostname: string;
    readonly fetch: (request: Request, server: BunServer) => Promise<Response | undefined>;
    readonly error: () => Response;
    readonly websocket: object;
    readonly idleTimeout: number;
    readonly maxRequestBodySize: number;
  }): BunServer;
}

interface BunServer {
  readonly port: number;
  upgrade(request: Request, options: { readonly data: object; readonly headers: Record<string, string> }): boolean;
  stop(closeActiveConnections: boolean): Promise<void>;
}

const bun = (globalThis as unknown as { readonly Bun: BunNamespace }).Bun;

/** Serves an app with Bun's native WebSockets. */
export async function serve({
  port = 8080,
  hostname = "127.0.0.1",
  maxMessageBytes = defaultLimits.batchBytes,
  fetch,
}: ServeOptions): Promise<Server> {
  const { promise: ended, resolve } = Promise.withResolvers<void>();
  const server = bun.serve({
    port,
    hostname,
    async fetch(request, bunServer) {
      const slot: UpgradeSlot = {};
      const response = await fetch(request, { greenroom: slot });
      const plan = planOf(slot, response);
      if (plan === undefined) return response;
      return upgrade(request, bunServer, plan) ? undefined : problem(400, "Cannot upgrade: the handshake is not one");
    },
    error: () => problem(500, "Cannot answer"),
    websocket: { ...websocket, maxPayloadLength: maxMessageBytes },
    idleTimeout: defaultLimits.handshakeMs / 1_000,
    maxRequestBodySize: defaultLimits.fileBytes,
  });
  return {
    url: urlOf(hostname, server.port),
    ended,
    async close() {
      await server.stop(true);
      resolve();
    },
  };
}

function upgrade(request: Request, server: BunServer, plan: UpgradePlan): boolean {
  const headers: Record<string, string> = {};
  if (plan.protocol !== undefined) headers["Sec-WebSocket-Protocol"] = plan.protocol;
  return server.upgrade(request, { data: connectBun(plan), headers });
}

export type { BunWebSocket };
