import type { Context } from "hono";
import type { UpgradeWebSocket, WSContext } from "hono/ws";
import { closeCodes } from "../actors/wire/mod.ts";
import { MessageSocket, type MessageWire } from "./message-socket.ts";
import { problem } from "./problem.ts";
import type { Upgrade, UpgradePlan } from "./upgrade.ts";

/** What some runtimes' own sockets can do beside sending. */
interface RawSocket {
  readonly bufferedAmount?: number;
  ping?(): void;
  pause?(): void;
  resume?(): void;
  terminate?(): void;
  on?(event: "pong", listener: () => void): void;
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
    let socket: MessageSocket | undefined;
    const middleware = upgradeWebSocket(() => ({
      onOpen(_event, ws) {
        const raw = (ws.raw ?? {}) as RawSocket;
        socket = new MessageSocket(wireOf(ws, raw), plan);
        raw.on?.("pong", () => socket?.alive());
      },
      onMessage({ data }) {
        if (data instanceof Blob) socket?.close(closeCodes.unsupportedData.code, closeCodes.unsupportedData.reason);
        else socket?.received(data);
      },
      onClose({ code }) {
        socket?.closed(code);
      },
    }));
    const response = await middleware(c, () => Promise.resolve());
    return response instanceof Response ? response : problem(400, "Cannot upgrade: the helper has refused");
  };
}

/** A wire over Hono's context, with as much of the rest as the raw socket has. */
function wireOf(ws: WSContext, raw: RawSocket): MessageWire {
  return {
    get open(): boolean {
      return ws.readyState === 1;
    },
    get bufferedBytes(): number {
      return raw.bufferedAmount ?? 0;
    },
    send: (message) => ws.send(message as string | Uint8Array<ArrayBuffer>),
    close: (code, reason) => ws.close(code, reason),
    // A ping is of use only where its pong can be seen.
    ...(raw.ping !== undefined && raw.on !== undefined && { ping: () => raw.ping?.() }),
    ...(raw.pause !== undefined && { pause: () => raw.pause?.() }),
    ...(raw.resume !== undefined && { resume: () => raw.resume?.() }),
    ...(raw.terminate !== undefined && { terminate: () => raw.terminate?.() }),
  };
}
