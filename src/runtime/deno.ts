import { checkTarget } from "../routes/handshake.ts";
import { problem } from "../routes/problem.ts";
import { planOf, type UpgradeSlot } from "../routes/upgrade.ts";
import { connectDeno, type DenoWebSocket } from "./deno-socket.ts";
import { type ServeOptions, type Server, urlOf } from "./server.ts";

/** What is used of `Deno`. */
interface DenoNamespace {
  readonly version: { readonly deno: string };
  serve(
    options: {
      readonly port: number;
      readonly hostname: string;
      readonly onListen: (address: { readonly port: number }) => void;
      readonly onError: (error: unknown) => Response;
    },
    handler: (request: Request, info: DenoInfo) => Promise<Response>,
  ): { readonly finished: Promise<void>; shutdown(): Promise<void> };
  upgradeWebSocket(
    request: Request,
    options: { readonly idleTimeout: number; readonly protocol?: string },
  ): { readonly socket: DenoWebSocket; readonly response: Response };
}

/** What Deno tells of a request beside the request. */
interface DenoInfo {
  readonly remoteAddr: { readonly hostname?: string };
}

const deno = (globalThis as unknown as { readonly Deno: DenoNamespace }).Deno;

/** A request handler for `Deno.serve`, `deno serve` and Deno Deploy: the app, with native WebSockets. */
export function handler(fetch: ServeOptions["fetch"]): (request: Request, info?: DenoInfo) => Promise<Response> {
  return async function handle(request: Request, info?: DenoInfo): Promise<Response> {
    const unreadable = checkTarget(request);
    if (unreadable !== undefined) return unreadable;
    const slot: UpgradeSlot = {};
    const response = await fetch(request, { greenroom: slot, peer: info?.remoteAddr.hostname });
    const plan = planOf(slot, response);
    if (plan === undefined) return response;
    const offered = request.headers.get("sec-websocket-protocol") ?? "";
    // Deno's own reading of the list wants a space behind each comma, and throws without; see docs/decisions.
    const spaced = !/,[^ ]/.test(offered);
    if (!spaced && !headersCanBeSet()) {
      return problem(
        400,
        "Cannot read Sec-WebSocket-Protocol on this version of Deno without a space behind each comma",
      );
    }
    const options = { idleTimeout: Math.max(1, Math.round(plan.deadAfterMs / 1_000)) };
    const protocol = spaced && plan.protocol !== undefined ? { protocol: plan.protocol } : {};
    // From here on nothing may throw or answer anything else: Deno would end the whole listener.
    const upgraded = deno.upgradeWebSocket(request, { ...options, ...protocol });
    connectDeno(upgraded.socket, plan);
    if (!spaced && plan.protocol !== undefined) upgraded.response.headers.set("sec-websocket-protocol", plan.protocol);
    return upgraded.response;
  };
}

/** Serves an app with Deno's native WebSockets. */
export async function serve({ port = 8080, hostname = "127.0.0.1", fetch }: ServeOptions): Promise<Server> {
  const { promise: listening, resolve } = Promise.withResolvers<number>();
  const server = deno.serve(
    { port, hostname, onListen: (address) => resolve(address.port), onError: () => problem(500, "Cannot answer") },
    handler(fetch),
  );
  const taken = await listening;
  return {
    url: urlOf(hostname, taken),
    ended: server.finished,
    async close() {
      await server.shutdown();
    },
  };
}

/** Whether the headers of an upgrade's response can be changed: on Deno 2.9 they can, on 2.5 that throws. */
export function headersCanBeSet(): boolean {
  const [major = 0, minor = 0] = deno.version.deno.split(".").map(Number);
  return major > 2 || minor >= 9;
}
