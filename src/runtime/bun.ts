import { defaultLimits } from "../actors/wire/mod.ts";
import { asksForWebSocket, checkTarget } from "../routes/handshake.ts";
import { problem } from "../routes/problem.ts";
import { planOf, type UpgradePlan, type UpgradeSlot } from "../routes/upgrade.ts";
import { BunSocket, websocket } from "./bun-socket.ts";
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
  timeout(request: Request, seconds: number): void;
  requestIP(request: Request): { readonly address: string } | null;
  upgrade(request: Request, options: { readonly data: object; readonly headers: Record<string, string> }): boolean;
  stop(closeActiveConnections: boolean): Promise<void>;
}

const bun = (globalThis as unknown as { readonly Bun: BunNamespace }).Bun;

/** How long a request may stand still, in seconds; longer than uploads and downloads may. */
const FILE_IDLE_S = Math.ceil((2 * defaultLimits.uploadIdleMs) / 1_000);

/** Serves an app with Bun's native WebSockets. */
export async function serve({
  port = 8080,
  hostname = "127.0.0.1",
  maxMessageBytes = defaultLimits.batchBytes,
  maxFileBytes = defaultLimits.fileBytes,
  fetch,
}: ServeOptions): Promise<Server> {
  const { promise: ended, resolve } = Promise.withResolvers<void>();
  const server = bun.serve({
    port,
    hostname,
    async fetch(request, bunServer) {
      const unreadable = checkTarget(request);
      if (unreadable !== undefined) return unreadable;
      const slot: UpgradeSlot = {};
      // A file may come or go slowly; the routes themselves see to those that stand still.
      if (!asksForWebSocket(request.headers)) bunServer.timeout(request, FILE_IDLE_S);
      const response = await fetch(request, { greenroom: slot, peer: bunServer.requestIP(request)?.address });
      const plan = planOf(slot, response);
      if (plan === undefined) return response;
      return upgrade(request, bunServer, plan) ? undefined : problem(400, "Cannot upgrade: the handshake is not one");
    },
    error: () => problem(500, "Cannot answer"),
    websocket: { ...websocket, maxPayloadLength: maxMessageBytes },
    idleTimeout: defaultLimits.handshakeMs / 1_000,
    // Far above what the routes take: what they refuse, they say why.
    maxRequestBodySize: 4 * maxFileBytes,
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
  return server.upgrade(request, { data: new BunSocket(plan), headers });
}
