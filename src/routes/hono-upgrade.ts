import type { Context } from "hono";
import type { UpgradeWebSocket, WSContext } from "hono/ws";
import type { Socket, SocketEvents } from "../actors/connection/mod.ts";
import { closeCodes, type Format, type Frames, utf8Bytes } from "../actors/wire/mod.ts";
import { DrainPoll } from "./drain-poll.ts";
import { problem } from "./problem.ts";
import type { Upgrade, UpgradePlan } from "./upgrade.ts";

/** What some runtimes' own sockets can do beside sending. */
interface RawSocket {
  readonly bufferedAmount?: number;
  ping?(): void;
  pause?(): void;
  resume?(): void;
  terminate?(): void;
  on?(event: "pong" | "ping", listener: () => void): void;
}

/** A socket behind Hono's WebSocket helper: one `send` for each message, and as much of the rest as the raw socket has. */
class HonoSocket implements Socket {
  readonly pings: boolean;
  readonly #ws: WSContext;
  readonly #raw: RawSocket;
  readonly #poll = new DrainPoll(() => this.bufferedBytes);
  events: SocketEvents | undefined;

  constructor(ws: WSContext) {
    this.#ws = ws;
    this.#raw = (ws.raw ?? {}) as RawSocket;
    // A ping is of use only where its pong can be seen.
    this.pings = typeof this.#raw.ping === "function" && typeof this.#raw.on === "function";
    if (this.pings) this.#raw.on?.("pong", () => this.events?.alive());
  }

  get bufferedBytes(): number {
    return this.#raw.bufferedAmount ?? 0;
  }

  send(parts: readonly Frames[], format: Format): void {
    for (const part of parts) this.sendRaw(part.messages(format));
  }

  sendRaw(messages: readonly (string | Uint8Array)[]): void {
    for (const message of messages) {
      if (this.#ws.readyState === 1) this.#ws.send(message as string | Uint8Array<ArrayBuffer>);
    }
  }

  ping(): void {
    this.#raw.ping?.();
  }

  awaitDrain(): undefined {
    this.#poll.start(() => this.events?.drained());
  }

  /** The socket is closed. */
  closed(code: number): void {
    this.#poll.stop();
    this.events?.closed(code === 0 ? closeCodes.abnormal.code : code);
    this.events = undefined;
  }

  pause(): boolean {
    this.#raw.pause?.();
    return typeof this.#raw.pause === "function";
  }

  resume(): void {
    this.#raw.resume?.();
  }

  close(code: number, reason: string): void {
    if (this.#ws.readyState === 1) this.#ws.close(code, reason);
  }

  terminate(): void {
    this.#raw.terminate?.();
  }
}

/**
 * Upgrades through a helper of Hono's own kind, such as that of `@hono/node-ws`, for apps that have one already.
 *
 * The runtime's entries of this package (`greenroom/node`, `/deno`, `/bun`) do more: joined writes, limits on frames,
 * backpressure. Most helpers answer the first subprotocol that was offered, so the one to be spoken must stand first.
 */
export function honoUpgrade(upgradeWebSocket: UpgradeWebSocket): Upgrade {
  return async function upgrade(c: Context, plan: UpgradePlan): Promise<Response> {
    const first = c.req.header("sec-websocket-protocol")?.split(",")[0]?.trim();
    if (first !== plan.protocol) {
      return problem(400, `Cannot answer ${plan.protocol ?? "no subprotocol"} unless it is offered first`);
    }
    let socket: HonoSocket | undefined;
    const middleware = upgradeWebSocket(() => ({
      onOpen(_event, ws) {
        socket = new HonoSocket(ws);
        socket.events = plan.connect(socket);
      },
      onMessage({ data }) {
        if (data instanceof Blob)
          return socket?.close(closeCodes.unsupportedData.code, closeCodes.unsupportedData.reason);
        const message = typeof data === "string" ? data : new Uint8Array(data);
        const bytes = typeof message === "string" ? utf8Bytes(message) : message.length;
        if (bytes > plan.maxMessageBytes) socket?.close(closeCodes.tooBig.code, closeCodes.tooBig.reason);
        else socket?.events?.received(message);
      },
      onClose({ code }) {
        socket?.closed(code);
      },
    }));
    const response = await middleware(c, () => Promise.resolve());
    return response instanceof Response ? response : problem(400, "Cannot upgrade: the helper has refused");
  };
}
