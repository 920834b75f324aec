import { Counters } from "../counters/mod.ts";
import { type ActorRef, type Behavior, type Context, type Handle, restartOnFailure } from "../kernel/mod.ts";
import type { Buckets } from "../rates/mod.ts";
import { type Limits, paths, type RoomCount } from "../wire/mod.ts";
import { Audience } from "./audience.ts";
import type { Bus } from "./bus.ts";
import { InHand } from "./in-hand.ts";
import type { JournalMessage } from "./journal.ts";
import type { RoomLog } from "./log.ts";
import { type Proposal, type RoomMessage, roomMailbox } from "./message.ts";
import { Directory, pageOf, type Stretch } from "./presence/directory.ts";
import type { Nodes } from "./presence/nodes.ts";
import { Recent } from "./recent.ts";
import { room as roomBehavior } from "./room.ts";
import type { RoomsMessage } from "./rooms-message.ts";
import { Roster } from "./roster.ts";
import type { RoomLayer, RoomScope } from "./scope.ts";
import { notPassed, putOff, turnAway } from "./turned-away.ts";

/** What rooms are made of. */
export interface RoomsOptions {
  readonly log: RoomLog;
  readonly bus: Bus;
  /** Which nodes share the rooms; none but this one, when left out. */
  readonly nodes?: Nodes | undefined;
  readonly journal: ActorRef<JournalMessage<Proposal>>;
  readonly limits: Limits;
  readonly layers: readonly RoomLayer[];
  /** How many rooms guests may have opened, by address; any number, when left out. */
  readonly openings?: Buckets | undefined;
  /** Where rooms add what they do; nobody reads it, when left out. */
  readonly counters?: Counters | undefined;
  /** What the URLs of files begin with. */
  readonly filesUrl?: string | undefined;
}

interface Resident {
  readonly ref: ActorRef<RoomMessage>;
  count: number;
  /** What has come for it since it was asked to end. */
  waiting: Extract<RoomsMessage, { readonly type: "enter" | "leave" | "pass" }>[] | undefined;
}

/**
 * The registry of the rooms on this node: they are born when someone wants in, and end when nobody has been in for long.
 * A room ends only by a question that stands in line behind whoever was sent to it before, so nobody is lost on the way.
 */
export function rooms({
  log,
  bus,
  nodes,
  journal,
  limits,
  layers,
  openings,
  counters = new Counters(),
  filesUrl = paths.files,
}: RoomsOptions): Behavior<RoomsMessage> {
  return function rooms(context: Context<RoomsMessage>): Handle<RoomsMessage> {
    const residents = new Map<string, Resident>();
    let sorted: readonly string[] | undefined;

    function open(name: string): Resident {
      const inHand = new InHand();
      const scope: RoomScope = {
        name,
        log,
        bus,
        nodes,
        journal,
        rooms: context.self,
        limits,
        filesUrl,
        audience: new Audience(),
        roster: new Roster(),
        recent: new Recent(),
        counters,
        inHand,
        policy: undefined,
        observers: new Set(),
      };
      const ref = context.spawn(roomBehavior(scope, inHand), {
        name,
        layers: [inHand.layer, ...layers.map((layer) => layer(scope))],
        mailbox: roomMailbox,
        supervision: restartOnFailure(),
      });
      const resident: Resident = { ref, count: 0, waiting: undefined };
      residents.set(name, resident);
      counters.rooms = residents.size;
      sorted = undefined;
      context.watch(ref, (ending) => ({ type: "ended", room: name, ending }));
      return resident;
    }

    /** Charges an address with opening a room; answers 0, or how many ms it has to wait for that. */
    function charge(address: string | undefined): number {
      return address === undefined ? 0 : (openings?.take(address, context.now()) ?? 0);
    }

    function enter(message: Extract<RoomsMessage, { readonly type: "enter" }>): undefined {
      const waitMs = residents.has(message.room) ? 0 : charge(message.address);
      if (waitMs > 0) return putOff(message.enter, message.room, waitMs);
      const resident = residents.get(message.room) ?? open(message.room);
      if (resident.waiting !== undefined) {
        resident.waiting.push(message);
        return;
      }
      message.reply(resident.ref);
      if (!resident.ref.tell(message.enter)) turnAway(message.enter, message.room);
    }

    function leave(message: Extract<RoomsMessage, { readonly type: "leave" }>): undefined {
      const resident = residents.get(message.room);
      if (resident?.waiting !== undefined) resident.waiting.push(message);
      else resident?.ref.tell(message.leave);
    }

    function pass(message: Extract<RoomsMessage, { readonly type: "pass" }>): undefined {
      const waitMs = residents.has(message.room) ? 0 : charge(message.address);
      if (waitMs > 0) return notPassed(message.message, message.room, waitMs);
      const resident = residents.get(message.room) ?? open(message.room);
      if (resident.waiting !== undefined) resident.waiting.push(message);
      else if (!resident.ref.tell(message.message)) notPassed(message.message, message.room);
    }

    /** Does what has waited for a room to stay or to end. */
    function goOn(waiting: Resident["waiting"] = []): undefined {
      for (const message of waiting) {
        if (message.type === "enter") enter(message);
        else if (message.type === "pass") pass(message);
        else leave(message);
      }
    }

    function retire(name: string): undefined {
      const resident = residents.get(name);
      if (resident === undefined || resident.waiting !== undefined) return;
      resident.waiting = [];
      resident.ref.tell({ type: "retire" });
    }

    function kept(name: string): undefined {
      const resident = residents.get(name);
      const waiting = resident?.waiting;
      if (resident !== undefined) resident.waiting = undefined;
      return goOn(waiting);
    }

    function ended(name: string): undefined {
      const waiting = residents.get(name)?.waiting;
      residents.delete(name);
      counters.rooms = residents.size;
      sorted = undefined;
      return goOn(waiting);
    }

    /** Rooms with members behind a name, in order; one more than `limit` where there are more. */
    function occupied({ prefix, after, limit, visible = () => true }: Stretch): readonly RoomCount[] {
      sorted ??= [...residents.keys()].sort();
      const found: RoomCount[] = [];
      for (const name of sorted) {
        const count = residents.get(name)?.count ?? 0;
        if (name <= after || count === 0 || !name.startsWith(prefix) || !visible(name)) continue;
        found.push({ room: name, count });
        if (found.length > limit) break;
      }
      return found;
    }

    const refOf = (name: string): ActorRef<RoomMessage> | undefined => residents.get(name)?.ref;
    const directory = nodes && new Directory(context, { nodes, bus, occupied, refOf });

    function list(wanted: Extract<RoomsMessage, { readonly type: "list" }>): undefined {
      if (directory !== undefined) return directory.list(wanted);
      const { prefix, limit, cursor = "", visible, reply } = wanted;
      return reply(pageOf(occupied({ prefix, after: cursor, limit, visible }), limit));
    }

    return function handle(message: RoomsMessage): undefined {
      switch (message.type) {
        case "enter":
          return enter(message);
        case "leave":
          return leave(message);
        case "pass":
          return pass(message);
        case "counted": {
          const resident = residents.get(message.room);
          if (resident !== undefined) resident.count = message.count;
          return;
        }
        case "idle":
          return retire(message.room);
        case "kept":
          return kept(message.room);
        case "ended":
          return ended(message.room);
        case "asked":
        case "inquired":
        case "found":
        case "gathered":
          return directory?.handle(message);
        case "list":
          return list(message);
        default:
          message satisfies never;
      }
    };
  };
}
