import { Hono } from "hono";
import { connections, type House, Outbound, UserRates } from "./actors/connection/mod.ts";
import { ActorSystem, type Ports, restartOnFailure, type SystemEvent } from "./actors/kernel/mod.ts";
import {
  type Bus,
  type Host,
  hosting,
  journal,
  journalMailbox,
  type Proposal,
  presence,
  type Records,
  type RoomLayer,
  type RoomLog,
  rooms,
  roomsMailbox,
} from "./actors/room/mod.ts";
import { announced, type Durability, defaultLimits, type Limits } from "./actors/wire/mod.ts";
import { memoryLog } from "./logs/memory.ts";
import { memoryBus } from "./logs/memory-bus.ts";
import { MemoryRecords } from "./logs/memory-records.ts";
import { healthRoutes } from "./routes/health.ts";
import { Occupancy } from "./routes/occupancy.ts";
import { pageRoutes } from "./routes/page.ts";
import { socketRoutes } from "./routes/socket.ts";
import { deferred, type Upgrade } from "./routes/upgrade.ts";
import { realPorts } from "./runtime/ports.ts";
import { version } from "./version.ts";

/** What a room server may be told; everything has a default. */
export interface GreenroomOptions {
  /** Where entries are kept; in memory when left out. */
  readonly log?: RoomLog;
  /** What the log's acknowledgements are worth. */
  readonly durability?: Durability;
  /** Limits other than the default ones. */
  readonly limits?: Partial<Limits>;
  /** Where small keyed things are kept, such as hosts' leases; in memory when left out. */
  readonly records?: Records;
  /** How this node and others tell each other what may get lost; nobody is told when left out. */
  readonly bus?: Bus;
  /** Actors that act for rooms, one at a time in the whole cluster. */
  readonly hosts?: readonly Host[];
  /** Layers of every room, around its core and inside presence. */
  readonly layers?: readonly RoomLayer[];
  /** Whether clients are held to their rates. */
  readonly rateLimits?: boolean;
  /** Whether `/echo` is there; `conformance` lifts its size limits. */
  readonly echo?: "on" | "off" | "conformance";
  /** How requests are upgraded; by the runtime's entry (`greenroom/node`, `/deno`, `/bun`) when left out. */
  readonly upgrade?: Upgrade;
  /** Hears of failures and stalls. */
  readonly observe?: (event: SystemEvent) => void;
  /** Clock, random source and scheduler; the real ones when left out. */
  readonly ports?: Ports;
}

/** An answer that says no more than that something is done. */
type Done = (answer: undefined) => undefined;

function succeeds(promise: Promise<unknown>): Promise<boolean> {
  return promise.then(
    () => true,
    () => false,
  );
}

/** What everything hangs on starts again however often it fails, ever later. */
const always = restartOnFailure({ maxRestarts: Number.POSITIVE_INFINITY });

/** A room server: routes to be mounted in a Hono app, and the actors behind them. */
export interface Greenroom {
  /** Mount it: `app.route("/", room.routes)`. */
  readonly routes: Hono;
  readonly system: ActorSystem;
  /**
   * Ends in order: no new connections (503), clients told when to come back, what is under way finished, every connection
   * closed with 1012.
   *
   * @returns whether all of it was done within `deadlineMs`.
   */
  drain(options?: { readonly deadlineMs?: number }): Promise<boolean>;
}

/** Makes a room server. */
export function greenroom(options: GreenroomOptions = {}): Greenroom {
  const { log = memoryLog(), durability = "memory", layers = [], rateLimits = true, echo = "on" } = options;
  const { upgrade = deferred, observe, ports = realPorts(), hosts = [] } = options;
  const { records = new MemoryRecords(ports.clock), bus = memoryBus() } = options;
  const limits: Limits = { ...defaultLimits, ...options.limits };
  const system = new ActorSystem(ports, observe === undefined ? {} : { observe });
  const journalRef = system.spawn(journal<Proposal>(log), {
    name: "journal",
    mailbox: journalMailbox,
    // However often a log throws: without its journal, a node could never publish again.
    supervision: restartOnFailure({ maxRestarts: Number.POSITIVE_INFINITY }),
  });
  const node = `node ${Math.floor(ports.random() * 36 ** 8).toString(36)}`;
  const all = [presence, ...layers, hosting(hosts, { records, node })];
  const roomsRef = system.spawn(rooms({ log, bus, journal: journalRef, limits, layers: all }), {
    name: "rooms",
    mailbox: roomsMailbox,
    supervision: always,
  });
  const connectionsRef = system.spawn(connections(), { name: "connections", supervision: always });
  const outbound = new Outbound(limits.outboxTotalBytes);
  const occupancy = new Occupancy(limits.connections, outbound);
  const house: House = {
    system,
    connections: connectionsRef,
    rooms: roomsRef,
    outbound,
    limits,
    announced: announced(limits, { durability }),
    server: `greenroom/${version}`,
    userRates: new UserRates({ perMinute: limits.messagesPerUserPerMinute }),
    rateLimits,
  };
  const routes = new Hono()
    .route("/", socketRoutes({ house, occupancy, upgrade, echo }))
    .route("/", healthRoutes(occupancy))
    .route("/", pageRoutes());

  async function drain({ deadlineMs = limits.drainMs }: { readonly deadlineMs?: number } = {}): Promise<boolean> {
    occupancy.draining = true;
    connectionsRef.tell({ type: "drain", spreadMs: deadlineMs });
    const until = ports.clock.now() + deadlineMs;
    const left = (): number => Math.max(0, until - ports.clock.now());
    // Under a flood it may never be quiet.
    await Promise.race([
      system.quiet(),
      new Promise<void>((resolve) => void ports.clock.alarm(until - deadlineMs / 2, resolve)),
    ]);
    const settled = await succeeds(
      system.ask(journalRef, (reply: Done) => ({ type: "settle" as const, reply }), left()),
    );
    const closed = await succeeds(
      system.ask(
        connectionsRef,
        (reply: Done) => ({ type: "close" as const, reply, byMs: until - deadlineMs / 4 }),
        left(),
      ),
    );
    await system.shutdown();
    await Promise.all([log.close(), records.close(), bus.close()]);
    return settled && closed;
  }

  return { routes, system, drain };
}
