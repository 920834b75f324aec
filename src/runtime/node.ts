import { once } from "node:events";
import { type Server as HttpServer, type IncomingMessage, STATUS_CODES } from "node:http";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import { createAdaptorServer, type HttpBindings } from "@hono/node-server";
import { WebSocketServer } from "ws";
import { defaultLimits } from "../actors/wire/mod.ts";
import { asksForWebSocket, bearsBody, checkTarget } from "../routes/handshake.ts";
import { problem } from "../routes/problem.ts";
import { planOf, type UpgradePlan, type UpgradeSlot } from "../routes/upgrade.ts";
import { connectNode } from "./node-socket.ts";
import { type ServeOptions, type Server, urlOf } from "./server.ts";

/**
 * Serves an app with WebSockets over `node:http`: on Node, and on Deno and Bun through their node compatibility.
 *
 * @throws where the address cannot be listened on, with the error that Node has for it.
 */
export async function serve({ port = 8080, hostname = "127.0.0.1", fetch }: ServeOptions): Promise<Server> {
  const { handshakeMs, handshakeHeaderBytes } = defaultLimits;
  const server = createAdaptorServer({
    fetch: (request, env) =>
      checkTarget(request) ?? fetch(request, { peer: (env as HttpBindings).incoming.socket.remoteAddress }),
    serverOptions: {
      headersTimeout: handshakeMs,
      connectionsCheckingInterval: 1_000,
      maxHeaderSize: handshakeHeaderBytes,
      noDelay: true,
    },
  }) as HttpServer;
  const streams = new Set<Duplex>();
  const upgrader = new Upgrader(fetch);
  function forget(this: Duplex): void {
    streams.delete(this);
  }
  server.on("upgrade", (incoming: IncomingMessage, stream: Duplex, head: Buffer) => {
    streams.add(stream);
    stream.on("close", forget);
    upgrader.upgrade(incoming, stream, head).catch(() => stream.destroy());
  });
  server.listen(port, hostname);
  await once(server, "listening");
  const ended = once(server, "close").then(() => undefined);
  const { port: taken } = server.address() as AddressInfo;
  return {
    url: urlOf(hostname, taken),
    ended,
    async close() {
      server.close();
      server.closeAllConnections();
      for (const stream of streams) stream.destroy();
      await ended;
    },
  };
}

/** How long a peer may take to close after its upgrade was refused, in ms. */
const REFUSED_MS = 2_000;

/** Upgrades requests as the very last step, once the app has answered with a plan. */
class Upgrader {
  readonly #fetch: ServeOptions["fetch"];
  /** By message size and fragments, since these are a server's options in `ws`. */
  readonly #servers = new Map<string, WebSocketServer>();
  readonly #plans = new WeakMap<IncomingMessage, UpgradePlan>();

  constructor(fetch: ServeOptions["fetch"]) {
    this.#fetch = fetch;
  }

  async upgrade(incoming: IncomingMessage, stream: Duplex, head: Buffer): Promise<void> {
    stream.on("error", cut);
    const slot: UpgradeSlot = {};
    const response = await this.#answer(incoming, slot);
    if (stream.destroyed) return;
    const plan = planOf(slot, response);
    if (plan === undefined) return refuse(stream, response);
    this.#plans.set(incoming, plan);
    const server = this.#serverFor(plan);
    server.handleUpgrade(incoming, stream, head, (ws) => connectNode(ws, incoming.socket, plan));
  }

  async #answer(incoming: IncomingMessage, slot: UpgradeSlot): Promise<Response> {
    if (incoming.rawHeaders.length > 2 * defaultLimits.handshakeHeaders) {
      return problem(431, `Cannot read more than ${defaultLimits.handshakeHeaders} headers`);
    }
    const request = requestOf(incoming);
    if (request === undefined) return problem(400, "Cannot read the request's target or its Host");
    // Whoever offers another protocol (h2c, say) is answered as if it had not (RFC 9110 §7.8).
    const peer = incoming.socket.remoteAddress;
    if (!asksForWebSocket(request.headers)) {
      // Its body is out of reach here, and without it the request would say something else.
      if (bearsBody(request.headers)) return problem(400, "Cannot read a body behind the offer of another protocol");
      return this.#fetch(request, { peer });
    }
    return this.#fetch(request, { greenroom: slot, peer });
  }

  #serverFor({ maxMessageBytes, maxFragments }: UpgradePlan): WebSocketServer {
    const name = `${maxMessageBytes} ${maxFragments}`;
    let server = this.#servers.get(name);
    if (server === undefined) {
      server = new WebSocketServer({
        noServer: true,
        clientTracking: false,
        perMessageDeflate: false,
        autoPong: false,
        maxPayload: maxMessageBytes,
        maxFragments,
        handleProtocols: (_, incoming) => this.#plans.get(incoming)?.protocol ?? false,
      });
      this.#servers.set(name, server);
    }
    return server;
  }
}

/** Has a reset while the app still thinks end the stream, and not the process. */
function cut(this: Duplex): void {
  this.destroy();
}

/** The request as the app sees it; `undefined` where its target or its Host makes no URL. */
function requestOf(incoming: IncomingMessage): Request | undefined {
  const { method = "GET", url = "/" } = incoming;
  const headers = headersOf(incoming);
  const host = headers.get("host") ?? "localhost";
  const target = url.startsWith("/") ? `http://${host}${url}` : url;
  if (!/^[\w.:[\]-]+$/.test(host) || !URL.canParse(target) || namesUser(target)) return undefined;
  return new Request(target, { method, headers });
}

/** All that came: of two `Authorization`, `incoming.headers` has the first alone, and it would be us who chose between them. */
function headersOf({ rawHeaders, headers: { cookie } }: IncomingMessage): Headers {
  const headers = new Headers();
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) {
    headers.append(rawHeaders[at] as string, rawHeaders[at + 1] as string);
  }
  // Those are one list with another separator (RFC 9113 §8.2.3), which not every runtime heeds.
  if (cookie !== undefined) headers.set("cookie", cookie);
  return headers;
}

/** Whether a target says who asks (`http://ada@host/`): no `Request` can be made with one. */
function namesUser(target: string): boolean {
  const { username, password } = new URL(target);
  return username !== "" || password !== "";
}

/** Writes a response onto the bare stream, and ends it. */
async function refuse(stream: Duplex, response: Response): Promise<void> {
  const body = Buffer.from(await response.arrayBuffer());
  const lines = [`HTTP/1.1 ${response.status} ${STATUS_CODES[response.status] ?? ""}`];
  for (const [name, value] of response.headers) if (!hopByHop.has(name)) lines.push(`${name}: ${value}`);
  lines.push("connection: close", `content-length: ${body.length}`);
  // A stream that is not read does not end, and a peer that does not close would keep it for ever.
  stream.resume();
  const cut = setTimeout(() => stream.destroy(), REFUSED_MS);
  stream.once("close", () => clearTimeout(cut));
  stream.end(Buffer.concat([Buffer.from(`${lines.join("\r\n")}\r\n\r\n`, "latin1"), body]));
}

const hopByHop: ReadonlySet<string> = new Set(["connection", "content-length", "transfer-encoding", "keep-alive"]);
