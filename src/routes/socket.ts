import { type Context, Hono } from "hono";
import { type House, receive, receiveEcho, type Socket, type SocketEvents } from "../actors/connection/mod.ts";
import { negotiate, parseTarget, paths, type RoomsTarget } from "../actors/wire/mod.ts";
import { type AddressBook, tooMany } from "./address-book.ts";
import type { Admission, AdmitOptions, Admitted } from "./admission.ts";
import { asksForWebSocket, checkHandshake } from "./handshake.ts";
import type { Occupancy } from "./occupancy.ts";
import { problem } from "./problem.ts";
import type { Upgrade } from "./upgrade.ts";

/** What the routes of sockets are made of. */
export interface SocketRoutesOptions {
  readonly house: House;
  readonly admission: Admission;
  readonly addresses: AddressBook;
  readonly occupancy: Occupancy;
  readonly upgrade: Upgrade;
  readonly echo: "on" | "off" | "conformance";
}

type Let = Extract<Admitted, { readonly ok: true }>;

/** The routes that become WebSockets: `/ws`, `/ws/:room`, `/` when it asks for an upgrade, and `/echo`. */
export function socketRoutes(options: SocketRoutesOptions): Hono {
  const { house, admission, addresses, occupancy, upgrade, echo } = options;
  const { limits } = house;

  function join(c: Context, path: string): Response | Promise<Response> {
    const refusal = refusalOf(c);
    if (refusal !== undefined) return refusal;
    const target = parseTarget(path + new URL(c.req.url).search);
    if (target.kind !== "rooms") return problem(404, "Cannot upgrade: no such path");
    const offer = negotiate(c.req.header("sec-websocket-protocol"));
    if (!offer.ok) return problem(400, offer.reason);
    const { name } = target;
    const chosen = name?.valid === true ? name.name : undefined;
    return whenLet(c, { bearer: offer.bearer, name: chosen, later: true }, ({ pass, caller }) => {
      const guest = pass === undefined || pass.user.guest;
      const admission = {
        pass,
        format: offer.format,
        asked: target.rooms,
        badName: guest && isBad(name),
        address: guest ? caller.address : undefined,
      };
      return upgrade(c, {
        protocol: offer.answer,
        maxMessageBytes: offer.format === "batch" ? limits.batchBytes : limits.commandBytes,
        maxFragments: limits.fragments,
        deadAfterMs: limits.deadAfterMs,
        connect: counted(admission.address, (socket) => receive(house, socket, admission)),
      });
    });
  }

  function sayBack(c: Context): Response | Promise<Response> {
    if (echo === "off") return problem(404, "Cannot upgrade: the echo is switched off");
    const refusal = refusalOf(c);
    if (refusal !== undefined) return refusal;
    return whenLet(c, { bearer: bearerOf(c) }, ({ pass, caller }) => {
      return upgrade(c, {
        protocol: undefined,
        maxMessageBytes: echo === "conformance" ? limits.conformanceBytes : limits.commandBytes,
        maxFragments: echo === "conformance" ? limits.conformanceFragments : limits.fragments,
        deadAfterMs: limits.deadAfterMs,
        connect: counted(pass?.user.guest === true ? caller.address : undefined, (socket) =>
          receiveEcho(house, socket, { free: echo === "conformance" }),
        ),
      });
    });
  }

  function refusalOf(c: Context): Response | undefined {
    if (!asksForWebSocket(c.req.raw.headers)) {
      return problem(426, "Cannot answer this without a WebSocket", { upgrade: "websocket", connection: "Upgrade" });
    }
    return occupancy.refusal() ?? checkHandshake(c.req.raw);
  }

  /** Goes on with whoever may come in: at once where nothing had to be checked. */
  function whenLet(
    c: Context,
    how: AdmitOptions,
    go: (admitted: Let) => Response | Promise<Response>,
  ): Response | Promise<Response> {
    function goOn(admitted: Admitted): Response | Promise<Response> {
      return admitted.ok ? (crowdedBy(admitted) ?? go(admitted)) : admitted.refusal;
    }
    const admitted = admission.look(c, how);
    return admitted instanceof Promise ? admitted.then(goOn) : goOn(admitted);
  }

  /** Holds guests and those who have shown nothing yet to what one address may have. */
  function crowdedBy({ pass, caller: { address } }: Let): Response | undefined {
    if ((pass !== undefined && !pass.user.guest) || address === undefined) return undefined;
    if (addresses.isFull(address)) return tooMany(CROWDED_MS);
    const waitMs = addresses.charge(address);
    return waitMs > 0 ? tooMany(waitMs) : undefined;
  }

  /** Counts a connection until it is closed. */
  function counted(
    address: string | undefined,
    connect: (socket: Socket) => SocketEvents,
  ): (socket: Socket) => SocketEvents {
    return (socket) => occupancy.enter(connect(socket), address);
  }

  return new Hono()
    .all(paths.root, (c, next) => (asksForWebSocket(c.req.raw.headers) ? join(c, paths.root) : next()))
    .all(paths.socket, (c) => join(c, paths.socket))
    .all(paths.socketRoom, (c) => join(c, `${paths.socket}/${c.req.path.slice(c.req.path.lastIndexOf("/") + 1)}`))
    .all(paths.echo, (c) => sayBack(c));
}

/** When somebody may have left whose place is free then. */
const CROWDED_MS = 10_000;

function isBad(name: RoomsTarget["name"]): boolean {
  return name !== undefined && !name.valid && name.name !== "";
}

/** A token among subprotocols of which none has to be ours. */
function bearerOf(c: Context): string | undefined {
  const bearer = c.req
    .header("sec-websocket-protocol")
    ?.split(",")
    .map((part) => part.trim())
    .find((part) => part.startsWith("bearer."));
  return bearer?.slice("bearer.".length);
}
