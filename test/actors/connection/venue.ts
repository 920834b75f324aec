import {
  connections,
  type House,
  Outbound,
  receive,
  receiveEcho,
  UserRates,
} from "../../../src/actors/connection/mod.ts";
import { type ActorRef, restartOnFailure } from "../../../src/actors/kernel/mod.ts";
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
import { announced, defaultLimits, type Format, type Limits } from "../../../src/actors/wire/mod.ts";
import { memoryLog } from "../../../src/logs/memory.ts";
import { memoryBus } from "../../../src/logs/memory-bus.ts";
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
}

/** How someone comes in. */
export interface EntryOptions extends SimulatedSocketOptions {
  readonly format?: Format;
  readonly asked?: readonly string[];
  readonly guest?: boolean;
}

/** Connections and rooms on a stage, as a server puts them together, without a server around them. */
export class Venue {
  readonly stage: Stage;
  readonly limits: Limits;
  readonly rooms: ActorRef<RoomsMessage>;
  readonly house: House;

  constructor({ limits, log = memoryLog(), layers = [], rateLimits = false, stage = new Stage() }: VenueOptions = {}) {
    this.stage = stage;
    this.limits = { ...defaultLimits, ...limits };
    const { system } = stage;
    const journalRef = system.spawn(journal<Proposal>(log), {
      name: "journal",
      mailbox: journalMailbox,
      supervision: restartOnFailure({ maxRestarts: 1_000 }),
    });
    const parts = { log, bus: memoryBus(), journal: journalRef, limits: this.limits, layers: [presence, ...layers] };
    this.rooms = system.spawn(rooms(parts), { name: "rooms", mailbox: roomsMailbox });
    this.house = {
      system,
      connections: system.spawn(connections(), { name: "connections" }),
      rooms: this.rooms,
      outbound: new Outbound(this.limits.outboxTotalBytes),
      limits: this.limits,
      announced: announced(this.limits, { durability: "memory" }),
      server: "venue",
      userRates: new UserRates({ perMinute: this.limits.messagesPerUserPerMinute }),
      rateLimits,
    };
  }

  /** Someone connects; nothing is handled yet. */
  enter(name: string, { format = "v1", asked = [], guest = true, ...options }: EntryOptions = {}): Peer {
    const socket = new SimulatedSocket(options);
    const events = receive(this.house, socket, {
      user: { id: guest ? `guest:${name}` : name, name, guest },
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
