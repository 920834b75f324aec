import {
  type Moderating,
  moderating,
  type Records,
  type RoomLayer,
  type RoomLog,
} from "../../../../src/actors/room/mod.ts";
import { defaultLimits, type Grant, type Limits } from "../../../../src/actors/wire/mod.ts";
import { memoryLog } from "../../../../src/logs/memory.ts";
import { MemoryRecords } from "../../../../src/logs/memory-records.ts";
import { Stage } from "../../../../src/testing/mod.ts";
import type { Peer } from "../../connection/peer.ts";
import { passFor, Venue } from "../../connection/venue.ts";

/** How a court differs from the default one. */
export interface CourtOptions {
  readonly stage?: Stage;
  readonly records?: Records;
  readonly log?: RoomLog;
  readonly limits?: Partial<Limits>;
  /** Layers of rooms inside moderation. */
  readonly layers?: readonly RoomLayer[];
}

const every: readonly Grant[] = ["read", "write", "signal", "set", "upload", "moderate"];

/** A venue that is moderated: one node of a house, on a stage. */
export class Court {
  readonly stage: Stage;
  readonly venue: Venue;
  readonly records: Records;
  readonly office: Moderating;

  constructor({ stage = new Stage(), records, log = memoryLog(), limits, layers = [] }: CourtOptions = {}) {
    this.stage = stage;
    this.records = records ?? new MemoryRecords(stage.clock);
    this.office = moderating(stage.system, {
      records: this.records,
      log,
      limits: { ...defaultLimits, ...limits },
      revoke: (message) => void this.venue.house.connections.tell(message) as undefined,
    });
    this.venue = new Venue({
      stage,
      log,
      layers: [this.office.layer, ...layers],
      ...(limits !== undefined && { limits }),
    });
  }

  /** Someone who has joined, and may do what every guest may. */
  member(name: string, room = "lobby"): Promise<Peer> {
    return this.venue.member(name, room);
  }

  /** Someone who has joined, and moderates every room. */
  moderator(name: string, room = "lobby"): Promise<Peer> {
    const pass = passFor({ id: name, name, guest: false }, { grants: () => every });
    return this.venue.member(name, room, { pass });
  }

  /** Someone says commands; answers what each of them heard of it, everything that follows handled. */
  async say(peer: Peer, ...commands: readonly object[]): Promise<void> {
    peer.say(...commands);
    await this.stage.settle();
  }

  /** Someone asks for something; answers what came back. */
  async ask(peer: Peer, command: object): Promise<unknown> {
    asked += 1;
    const id = asked;
    await this.say(peer, { id, room: "lobby", ...command });
    return peer.heard.find((event) => event["id"] === id);
  }
}

let asked = 0;
