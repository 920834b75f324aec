import { Hono } from "hono";
import { connections, type House, Outbound, type Pass } from "./actors/connection/mod.ts";
import { Counters } from "./actors/counters/mod.ts";
import { type Blobs, filing, newFileId } from "./actors/files/mod.ts";
import { ActorSystem, type Ports, restartOnFailure, type SystemEvent } from "./actors/kernel/mod.ts";
import {
  type Bus,
  type Host,
  hosting,
  journal,
  journalMailbox,
  moderating,
  neighbourhood,
  type Proposal,
  presence,
  type Records,
  type RoomLayer,
  type RoomLog,
  rating,
  roomRate,
  rooms,
  roomsMailbox,
  state,
} from "./actors/room/mod.ts";
import { announced, type Durability, defaultLimits, type Limits, paths } from "./actors/wire/mod.ts";
import type { Authenticate, Authorize, DoorOptions } from "./door/mod.ts";
import { memoryLog } from "./logs/memory.ts";
import { MemoryBlobs } from "./logs/memory-blobs.ts";
import { memoryBus } from "./logs/memory-bus.ts";
import { MemoryRecords } from "./logs/memory-records.ts";
import { crossOrigin } from "./routes/cross-origin.ts";
import { fileRoutes } from "./routes/files.ts";
import { frontDoor } from "./routes/front-door.ts";
import { healthRoutes, type Reach } from "./routes/health.ts";
import { metricsRoutes } from "./routes/metrics.ts";
import { moderationRoutes, type RequireAdmin } from "./routes/moderation.ts";
import { Occupancy } from "./routes/occupancy.ts";
import { pageRoutes } from "./routes/page.ts";
import { revocationRoutes } from "./routes/revocations.ts";
import { socketRoutes } from "./routes/socket.ts";
import { ticketRoutes } from "./routes/tickets.ts";
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
  /**
   * Where the bytes of files are kept: in memory, with a log in memory, when left out; with any other log there are no
   * files then. `false`: there are none.
   */
  readonly blobs?: Blobs | false;
  /** What the URLs of files begin with: `/files`, and where the routes are mounted below a path, `/path/files`. */
  readonly filesUrl?: string;
  /** How this node and others tell each other what may get lost; nobody is told when left out. */
  readonly bus?: Bus;
  /** Whether what nodes share is reached, for `/health`. */
  readonly reach?: () => Reach;
  /** Actors that act for rooms, one at a time in the whole cluster. */
  readonly hosts?: readonly Host[];
  /** Layers of every room, around its core and inside presence. */
  readonly layers?: readonly RoomLayer[];
  /** Whether rooms are moderated, by commands and by HTTP; they are when left out. */
  readonly moderation?: boolean;
  /** Whether clients are held to their rates. */
  readonly rateLimits?: boolean;
  /** Whether `/echo` is there; `conformance` lifts its size limits. */
  readonly echo?: "on" | "off" | "conformance";
  /** Whether there is a chat page where the routes are mounted; `false` leaves that place to the app. */
  readonly page?: boolean;
  /** Who may come in, and what guests and users may do. */
  readonly door?: DoorOptions;
  /** The app's own way to tell who a request comes from; asked first, before any other credentials. */
  readonly authenticate?: Authenticate;
  /** The app's own say on what a user may do in a room; asked at each join, and its answers kept while one is there. */
  readonly authorize?: Authorize;
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
  /** What this node has done since it began: what `/metrics` shows. */
  readonly counters: Counters;
  /**
   * Has `authorize` asked anew about a user's rooms, or about everybody's: what it takes away counts at once. A room that
   * may no longer be read is left.
   */
  regrant(user?: string): void;
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
  const { durability = "memory", layers = [], rateLimits = true, echo = "on", page = true } = options;
  const { filesUrl = paths.files, upgrade = deferred, observe, ports = realPorts(), hosts = [] } = options;
  const { records = new MemoryRecords(ports.clock), bus = memoryBus() } = options;
  const limits: Limits = { ...defaultLimits, ...options.limits };
  const { memoryRoomEntries: roomEntries, memoryRoomBytes: roomBytes, memoryTotalBytes: totalBytes } = limits;
  const { log = memoryLog({ roomEntries, roomBytes, totalBytes }) } = options;
  const counters = new Counters();
  const system = new ActorSystem(ports, { meter: counters, ...(observe !== undefined && { observe }) });
  const journalRef = system.spawn(journal<Proposal>(log, counters), {
    name: "journal",
    mailbox: journalMailbox,
    // However often a log throws: without its journal, a node could never publish again.
    supervision: restartOnFailure({ maxRestarts: Number.POSITIVE_INFINITY }),
  });
  const node = `node ${Math.floor(ports.random() * 36 ** 8).toString(36)}`;
  const { layer: moderation, ...office } = moderating(system, {
    records,
    log,
    limits,
    revoke: (message) => void connectionsRef.tell(message) as undefined,
  });
  const rates = rating(system, { limits, bus: rateLimits && log.shared ? bus : undefined });
  const rated = rateLimits ? [roomRate(rates.rooms)] : [];
  const openings = rateLimits ? rates.openings : undefined;
  const judged = options.moderation === false ? [] : [moderation];
  const all = [...rated, ...judged, state(records), presence, ...layers, hosting(hosts, { records, node })];
  const neighbours = log.shared ? neighbourhood(system, { records, node }) : undefined;
  const nodes = neighbours?.nodes;
  const roomParts = { log, bus, nodes, journal: journalRef, limits, layers: all, openings, counters, filesUrl };
  const roomsRef = system.spawn(rooms(roomParts), { name: "rooms", mailbox: roomsMailbox, supervision: always });
  const { blobs = options.log === undefined && new MemoryBlobs({ totalBytes: limits.memoryFileBytes }) } = options;
  const uploadsPerAddress = rateLimits ? limits.uploadsPerAddress : Number.POSITIVE_INFINITY;
  const filed = { records, log, limits: { ...limits, uploadsPerAddress }, newId: newFileId, observe };
  const files = blobs === false ? undefined : filing(system, { blobs, ...filed });
  const connectionsRef = system.spawn(connections(), { name: "connections", supervision: always });
  function revoked({ user, token }: Pass): boolean {
    return office.revocations.out({ user: user.id, token }, ports.clock.now());
  }
  const { authenticate, authorize } = options;
  const { door, addresses, admission } = frontDoor(options.door ?? {}, {
    records,
    ports,
    limits,
    rateLimits,
    authenticate,
    authorize,
    revoked,
    observe,
  });
  const outbound = new Outbound(limits.outboxTotalBytes, counters);
  const occupancy = new Occupancy(limits.connections, outbound, addresses);
  const house: House = {
    system,
    connections: connectionsRef,
    rooms: roomsRef,
    outbound,
    limits,
    files,
    announced: announced(files === undefined ? { ...limits, fileBytes: 0 } : limits, { durability }),
    server: `greenroom/${version}`,
    userRates: rates.users,
    guestRates: rates.guests,
    admit: door.tokens === undefined ? undefined : (token) => door.admit(token),
    inband: options.door?.inbandAuth === true,
    revoked,
    rateLimits,
  };
  const requireAdmin: RequireAdmin = (c) => admission.requireAdmin(c);
  const routes = new Hono()
    .use("/api/*", crossOrigin(door))
    .use("/files/*", crossOrigin(door))
    .route("/", socketRoutes({ house, admission, addresses, occupancy, upgrade, echo }))
    .route("/", ticketRoutes({ admission, door, clock: ports.clock, rateLimits }))
    .route("/", revocationRoutes({ requireAdmin, office, records, system }))
    .route("/", healthRoutes({ occupancy, reach: options.reach, date: () => ports.clock.date() }))
    .route("/", metricsRoutes({ requireAdmin, system, outbound, occupancy }));
  if (page) routes.route("/", pageRoutes());

  if (files !== undefined) routes.route("/", fileRoutes({ files, filesUrl, house, admission, occupancy }));

  if (options.moderation !== false) {
    const parts = { requireAdmin, office, records, log, rooms: roomsRef, clock: ports.clock };
    routes.route("/", moderationRoutes(parts));
  }

  async function drain({ deadlineMs = limits.drainMs }: { readonly deadlineMs?: number } = {}): Promise<boolean> {
    occupancy.draining = true;
    neighbours?.drain(deadlineMs);
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
    await neighbours?.leave(left());
    await system.shutdown();
    await files?.close();
    await Promise.all([log.close(), records.close(), bus.close()]);
    return settled && closed;
  }

  const regrant = (user?: string): void => void connectionsRef.tell({ type: "regrant", user });

  return { routes, system, counters, regrant, drain };
}
