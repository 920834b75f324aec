import type { Files } from "../files/mod.ts";
import type { ActorRef, ActorSystem, Layer } from "../kernel/mod.ts";
import type { Buckets } from "../rates/mod.ts";
import type { RoomsMessage } from "../room/mod.ts";
import {
  type Announced,
  type Asked,
  encodeWelcome,
  type Format,
  type Limits,
  subprotocols,
  type User,
} from "../wire/mod.ts";
import { anonymous } from "./anonymous.ts";
import type { Admit } from "./checking.ts";
import { connection } from "./connection.ts";
import type { ConnectionsMessage } from "./connections.ts";
import { echo } from "./echo.ts";
import { echoRate } from "./echo-rate.ts";
import { heartbeat } from "./heartbeat.ts";
import { Inlet } from "./inlet.ts";
import { intake } from "./intake.ts";
import { type MemberOptions, member } from "./member.ts";
import { type ConnectionMessage, connectionMailbox } from "./message.ts";
import type { Outbound } from "./outbound.ts";
import { Outbox } from "./outbox.ts";
import type { Pass } from "./pass.ts";
import { rateLimit } from "./rate-limit.ts";
import { Reading } from "./reading.ts";
import { acknowledge } from "./renewal.ts";
import { served, servedWithoutFiles } from "./served.ts";
import type { Socket, SocketEvents } from "./socket.ts";

/** What connections are received into. */
export interface House {
  readonly system: ActorSystem;
  readonly connections: ActorRef<ConnectionsMessage>;
  readonly rooms: ActorRef<RoomsMessage>;
  /** Where files are kept; there are none, when left out. */
  readonly files?: Files | undefined;
  readonly outbound: Outbound;
  readonly limits: Limits;
  readonly announced: Announced;
  /** What the server calls itself. */
  readonly server: string;
  readonly userRates: Buckets;
  /** The rates of guests' messages, by address. */
  readonly guestRates: Buckets;
  /** Looks at tokens that come in commands; none are taken when left out. */
  readonly admit: Admit | undefined;
  /** Whether a connection may show who it is by its first command. */
  readonly inband: boolean;
  /** Whether a pass is not to be let in any more. */
  readonly revoked: (pass: Pass) => boolean;
  /** Whether connections are held to their rates. */
  readonly rateLimits: boolean;
}

/** What is known of a connection that was let in. */
export interface Admission {
  /** `undefined`: it has yet to show who it is. */
  readonly pass: Pass | undefined;
  readonly format: Format;
  readonly asked: readonly Asked[];
  readonly badName: boolean;
  /** Where it comes from, where that counts: for guests, and those who have shown nothing yet. */
  readonly address: string | undefined;
}

/** Who a connection speaks for that has shown nothing yet: nobody is told of it. */
const NOBODY: User = { id: "guest:nobody", name: "nobody", guest: true };

/** Makes a connection of a socket: one that takes part in rooms. */
export function receive(house: House, socket: Socket, admission: Admission): SocketEvents {
  const { system, rooms, limits, outbound, admit, inband, revoked, files } = house;
  const { pass, format, asked, badName, address } = admission;
  const reading = new Reading();
  const outbox = new Outbox(socket, { user: pass?.user ?? NOBODY, format, budgetBytes: limits.outboxBytes, outbound });
  const inlet = new Inlet(socket);
  const id = newId(system);
  const greeting = (user: User): string => greet(house, { format, id, user });
  const layers: Layer<ConnectionMessage>[] = [
    heartbeat(socket, outbox, limits),
    intake({
      inlet,
      outbox,
      format,
      reading,
      decoding: { served: files === undefined ? servedWithoutFiles : served, limits },
    }),
  ];
  if (house.rateLimits) {
    const commands = { perSecond: limits.commandsPerSecond, burst: limits.commandBurst };
    layers.push(rateLimit(outbox, { commands, users: house.userRates, guests: { rates: house.guestRates, address } }));
  }
  const options = { outbox, rooms, limits, greeting, asked, badName, address, reading, admit, inband, revoked, files };
  const open = pass === undefined ? strangerOf(options) : member({ ...options, pass });
  return begin(house, { id, socket, outbox, inlet, layers, open });
}

/** What a connection is told first. */
function greet(
  { server, limits, announced }: House,
  { format, id, user }: { readonly format: Format; readonly id: string; readonly user: User },
): string {
  const { heartbeatMs: heartbeat } = limits;
  return encodeWelcome(
    { type: "welcome", protocol: subprotocols[format], connection: id, server, heartbeat, user },
    announced,
  );
}

/** Somebody who has to show who it is before it is a member. */
function strangerOf(options: Omit<MemberOptions, "pass">): ReturnType<typeof anonymous> {
  const { outbox, reading, limits, admit } = options;
  return anonymous({
    outbox,
    reading,
    limits,
    admit: admit ?? (() => Promise.resolve({ ok: false, code: "unauthorized", reason: "no tokens are taken here" })),
    admitted: (pass, auth) =>
      function admitted(context) {
        outbox.user = pass.user;
        const handle = member({ ...options, pass })(context);
        acknowledge(outbox, auth, pass.endsAt);
        return handle;
      },
  });
}

/** So many messages of an echo are answered in turns of their own; a flood of them has to wait for the common ones. */
const AT_ONCE = { messages: 32, ms: 10 };

/** Makes a connection of a socket: one that says everything back, at a rate unless it is `free` of any. */
export function receiveEcho(
  house: House,
  socket: Socket,
  { free = false }: { readonly free?: boolean } = {},
): SocketEvents {
  const { system, limits, outbound, rateLimits } = house;
  const user: User = { id: "guest:echo", name: "echo", guest: true };
  const outbox = new Outbox(socket, { user, format: "v1", budgetBytes: limits.outboxBytes, outbound });
  const inlet = new Inlet(socket);
  const open = echo(socket, outbox, inlet);
  const layers = [heartbeat(socket, outbox, limits)];
  const rate = { perSecond: limits.echoMessagesPerSecond, burst: limits.echoBurst };
  if (rateLimits && !free) layers.push(echoRate(rate));
  let windowAt = system.ports.clock.now();
  let left = AT_ONCE.messages;
  const events = begin(house, { id: newId(system), socket, outbox, inlet, layers, open });
  return {
    received(data) {
      events.received(data);
      // A close right behind the message is answered by the runtime itself, at once: what comes back must be faster.
      const now = system.ports.clock.now();
      if (now - windowAt >= AT_ONCE.ms) [windowAt, left] = [now, AT_ONCE.messages];
      left -= 1;
      if (left >= 0) system.turn();
    },
    alive: () => events.alive(),
    drained: () => events.drained(),
    closed: (code) => events.closed(code),
  };
}

interface Parts {
  readonly id: string;
  readonly socket: Socket;
  readonly outbox: Outbox;
  readonly inlet: Inlet;
  readonly layers: readonly Layer<ConnectionMessage>[];
  readonly open: Parameters<typeof connection>[0]["open"];
}

function begin({ system, connections }: House, { id, socket, outbox, inlet, layers, open }: Parts): SocketEvents {
  const behavior = connection({ socket, outbox, inlet, connections, open });
  const options = { parent: connections, name: id, layers, mailbox: connectionMailbox };
  inlet.open(system.spawn(behavior, options));
  return inlet;
}

/** Twelve characters that tell a connection from others; no secret. */
function newId({ ports }: ActorSystem): string {
  const half = (): string =>
    Math.floor(ports.random() * 36 ** 6)
      .toString(36)
      .padStart(6, "0");
  return half() + half();
}
