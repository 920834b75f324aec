import { type Context, Hono } from "hono";
import { type Admission, type House, receive, receiveEcho } from "../actors/connection/mod.ts";
import { negotiate, parseTarget, paths, type RoomsTarget } from "../actors/wire/mod.ts";
import { asksForWebSocket, checkHandshake } from "./handshake.ts";
import type { Occupancy } from "./occupancy.ts";
import { problem } from "./problem.ts";
import type { Upgrade } from "./upgrade.ts";

/** What the routes of sockets are made of. */
export interface SocketRoutesOptions {
  readonly house: House;
  readonly occupancy: Occupancy;
  readonly upgrade: Upgrade;
  readonly echo: "on" | "off" | "conformance";
}

/** The routes that become WebSockets: `/ws`, `/ws/:room`, `/` when it asks for an upgrade, and `/echo`. */
export function socketRoutes({ house, occupancy, upgrade, echo }: SocketRoutesOptions): Hono {
  const { limits } = house;

  function join(c: Context, path: string): Response | Promise<Response> {
    const refusal = refusalOf(c);
    if (refusal !== undefined) return refusal;
    const target = parseTarget(path + new URL(c.req.url).search);
    if (target.kind !== "rooms") return problem(404, "Cannot upgrade: no such path");
    const offer = negotiate(c.req.header("sec-websocket-protocol"));
    if (!offer.ok) return problem(400, offer.reason);
    const admission = { ...guestOf(target, house), format: offer.format, asked: target.rooms };
    return upgrade(c, {
      protocol: offer.answer,
      maxMessageBytes: offer.format === "batch" ? limits.batchBytes : limits.commandBytes,
      maxFragments: limits.fragments,
      deadAfterMs: limits.deadAfterMs,
      connect: (socket) => occupancy.enter(receive(house, socket, admission)),
    });
  }

  function sayBack(c: Context): Response | Promise<Response> {
    if (echo === "off") return problem(404, "Cannot upgrade: the echo is switched off");
    const refusal = refusalOf(c);
    if (refusal !== undefined) return refusal;
    return upgrade(c, {
      protocol: undefined,
      maxMessageBytes: echo === "conformance" ? limits.conformanceBytes : limits.commandBytes,
      maxFragments: echo === "conformance" ? limits.conformanceFragments : limits.fragments,
      deadAfterMs: limits.deadAfterMs,
      connect: (socket) => occupancy.enter(receiveEcho(house, socket)),
    });
  }

  function refusalOf(c: Context): Response | undefined {
    if (!asksForWebSocket(c.req.raw.headers)) {
      return problem(426, "Cannot answer this without a WebSocket", { upgrade: "websocket", connection: "Upgrade" });
    }
    return occupancy.refusal() ?? checkHandshake(c.req.raw);
  }

  return new Hono()
    .all(paths.root, (c, next) => (asksForWebSocket(c.req.raw.headers) ? join(c, paths.root) : next()))
    .all(paths.socket, (c) => join(c, paths.socket))
    .all(paths.socketRoom, (c) => join(c, `${paths.socket}/${c.req.path.slice(c.req.path.lastIndexOf("/") + 1)}`))
    .all(paths.echo, (c) => sayBack(c));
}

/** Who a guest is: by the name in the URL, else by chance. */
function guestOf({ name }: RoomsTarget, { system }: House): Pick<Admission, "user" | "badName"> {
  if (name?.valid === true) return { user: { id: `guest:${name.name}`, name: name.name, guest: true }, badName: false };
  const label = `guest_${Math.floor(system.ports.random() * 36 ** 8).toString(36)}`;
  return { user: { id: `guest:${label}`, name: label, guest: true }, badName: name !== undefined && name.name !== "" };
}
