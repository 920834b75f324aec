import {
  connections,
  type House,
  Outbound,
  type Pass,
  receive,
  receiveEcho,
  type Verdict,
} from "../../../src/actors/connection/mod.ts";
import { Counters } from "../../../src/actors/counters/mod.ts";
import { type Blobs, type Files, filing } from "../../../src/actors/files/mod.ts";
import { type ActorRef, restartOnFailure } from "../../../src/actors/kernel/mod.ts";
import { Buckets, perMinute } from "../../../src/actors/rates/mod.ts";
import {
  journal,
  journalMailbox,
  type Proposal,
  presence,
  type RoomLayer,
  type RoomLog,
  type RoomsMessage,
  rooms,
  roomsMailbox,
} from "../../../src/actors/room/mod.ts";
import {
  announced,
  defaultLimits,
  type Format,
  type Grant,
  type Limits,
  type User,
} from "../../../src/actors/wire/mod.ts";
import { memoryLog } from "../../../src/logs/memory.ts";
import { memoryBus } from "../../../src/logs/memory-bus.ts";
import { MemoryRecords } from "../../../src/logs/memory-records.ts";
import { Stage } from "../../../src/testing/mod.ts";
import { Peer } from "./peer.ts";
import { SimulatedSocket, type SimulatedSocketOptions } from "./simulated-socket.ts";

/** How a venue differs from the default one. */
export interface VenueOptions {
  readonly limits?: Partial<Limits>;
  readonly log?: RoomLog;
  readonly layers?: readonly RoomLayer[];
  readonly rateLimits?: boolean;
  readonly stage?: Stage;
  /** Where the bytes of files are kept; there are no files when left out. */
  readonly blobs?: Blobs;
  /** Looks at tokens that come in commands. */
  readonly admit?: (token: string) => Promise<Verdict>;
  readonly inband?: boolean;
  readonly revoked?: (pass: Pass) => boolean;
}

/** How someone comes in. */
export interface EntryOptions extends SimulatedSocketOptions {
  readonly format?: Format;
  readonly asked?: readonly string[];
  readonly guest?: boolean;
  /** By what it is let in, where that is not what every guest has; `null`: it has to show that yet. */
  readonly pass?: Pass | null;
  readonly address?: string;
}

/** The pass of a user; with no other words, one that grants what everybody is granted. */
export function passFor(user: User, more: Partial<Pass> = {}): Pass {
  const grants = (): readonly Grant[] => ["read", "write", "signal", "upload"];
  return { user, grants, deferred: false, endsAt: undefined, issuedAt: undefined, token: undefined, ...more };
}

/** Connections and rooms on a stage, as a server puts them together, without a server around them. */
export class Venue {
  readonly stage: Stage;
  readonly counters: Counters = new Counters();
  readonly limits: Limits;
  readonly rooms: ActorRef<RoomsMessage>;
  readonly house: House;

  constructor(options: VenueOptions = {}) {
    const { limits, log = memoryLog(), layers = [], rateLimits = false } = options;
    const { counters } = this;
    const stage = options.stage ?? new Stage({ meter: counters });
    this.stage = stage;
    this.limits = { ...defaultLimits, ...limits };
    const { system } = stage;
    const journalRef = system.spawn(journal<Proposal>(log, counters), {
      name: "journal",
      mailbox: journalMailbox,
      supervision: restartOnFailure({ maxRestarts: 1_000 }),
    });
    const openings = rateLimits ? new Buckets(perMinute(this.limits.roomsPerGuestAddressPerMinute)) : undefined;
    const room = { log, bus: memoryBus(), journal: journalRef, limits: this.limits };
    const parts = { ...room, layers: [presence, ...layers], openings, counters };
    this.rooms = system.spawn(rooms(parts), { name: "rooms", mailbox: roomsMailbox });
    this.house = {
      system,
      connections: system.spawn(connections(), { name: "connections" }),
      rooms: this.rooms,
      files: options.blobs && this.#filing(options.blobs, log),
      outbound: new Outbound(this.limits.outboxTotalBytes, counters),
      limits: this.limits,
      announced: announced(this.limits, { durability: "memory" }),
      server: "venue",
      userRates: new Buckets(perMinute(this.limits.messagesPerUserPerMinute)),
      guestRates: new Buckets(perMinute(this.limits.messagesPerGuestAddressPerMinute)),
      admit: options.admit,
      inband: options.inband ?? false,
      revoked: options.revoked ?? (() => false),
      rateLimits,
    };
  }

  #filing(blobs: Blobs, log: RoomLog): Files {
    const { system } = this.stage;
    const records = new MemoryRecords(system.ports.clock);
    let last = 0;
    const newId = (): string => `file-${++last}`;
    return filing(system, { blobs, log, records, limits: this.limits, newId, observe: undefined });
  }

  /** Someone connects; nothing is handled yet. */
  enter(name: string, { format = "v1", asked = [], guest = true, pass, address, ...options }: EntryOptions = {}): Peer {
    const socket = new SimulatedSocket(options);
    const events = receive(this.house, socket, {
      pass: pass === undefined ? passFor({ id: guest ? `guest:${name}` : name, name, guest }) : (pass ?? undefined),
      address,
      format,
      asked: asked.map((room) => ({ name: room, valid: true })),
      badName: false,
    });
    return new Peer(socket, events);
  }

  /** Someone connects to be told back whatever it says. */
  echo(options: SimulatedSocketOptions = {}): Peer {
    const socket = new SimulatedSocket(options);
    return new Peer(socket, receiveEcho(this.house, socket));
  }

  /** Someone has connected and joined a room. */
  async member(name: string, room = "lobby", options: EntryOptions = {}): Promise<Peer> {
    const peer = this.enter(name, options);
    await this.join(peer, { room });
    return peer;
  }

  /** Has a peer join, and everything that follows from it handled. */
  async join(peer: Peer, command: object = {}): Promise<void> {
    peer.say({ type: "join", ...command });
    await this.stage.settle();
  }

  /** Has a peer say so many messages, and everything that follows from them handled. */
  async talk(peer: Peer, count: number, { room = "lobby", content = "message" } = {}): Promise<void> {
    for (let at = 0; at < count; at += 1) {
      peer.say({ type: "message", room, content });
      if (at % 100 === 99) await this.stage.settle();
    }
    await this.stage.settle();
  }

  /** The rooms that are there, with or without members. */
  get roomNames(): readonly string[] {
    const registry = this.stage.system.snapshot().find(({ path }) => path === "/rooms");
    return (registry?.children ?? []).map(({ path }) => path.slice("/rooms/".length));
  }
}
