import {
  type ActorRef,
  type Behavior,
  type Context,
  type Ending,
  type Handle,
  type MailboxPolicy,
  restartOnFailure,
} from "../kernel/mod.ts";
import { encode, type Limits, type RoomCount } from "../wire/mod.ts";
import { Audience } from "./audience.ts";
import type { Bus } from "./bus.ts";
import { InHand } from "./in-hand.ts";
import type { JournalMessage } from "./journal.ts";
import type { RoomLog } from "./log.ts";
import { type Enter, type Leave, type Proposal, type RoomMessage, roomMailbox } from "./message.ts";
import { Recent } from "./recent.ts";
import { room as roomBehavior } from "./room.ts";
import { Roster } from "./roster.ts";
import type { RoomLayer, RoomScope } from "./scope.ts";

/** A page of the rooms that have members. */
export interface RoomsPage {
  readonly rooms: readonly RoomCount[];
  readonly cursor: string | undefined;
}

/** What the registry of rooms takes. */
export type RoomsMessage =
  /** Someone wants into a room, which is born if need be; `reply` is told where it is. */
  | {
      readonly type: "enter";
      readonly room: string;
      readonly enter: Enter;
      readonly reply: (room: ActorRef<RoomMessage>) => undefined;
    }
  /** Someone who has asked to enter, and has not heard where the room is, goes. */
  | { readonly type: "leave"; readonly room: string; readonly leave: Leave }
  | { readonly type: "counted"; readonly room: string; readonly count: number }
  /** A room has had nobody in it for a while. */
  | { readonly type: "idle"; readonly room: string }
  /** A room that was asked to end has members again. */
  | { readonly type: "kept"; readonly room: string }
  | { readonly type: "ended"; readonly room: string; readonly ending: Ending }
  | {
      readonly type: "list";
      readonly prefix: string;
      readonly limit: number;
      readonly cursor: string | undefined;
      readonly reply: (page: RoomsPage) => undefined;
    };

/** Bounds how many may stand at the door; what rooms themselves report always comes through. */
export const roomsMailbox: MailboxPolicy<RoomsMessage> = {
  // Leaving is never shed, but stands in line behind the entering that it takes back.
  classes: { enter: { limit: 20_000 }, list: { limit: 1_000 }, leave: { limit: Number.POSITIVE_INFINITY } },
  classOf: ({ type }) => (type === "enter" || type === "list" || type === "leave" ? type : "control"),
};

/** What rooms are made of. */
export interface RoomsOptions {
  readonly log: RoomLog;
  readonly bus: Bus;
  readonly journal: ActorRef<JournalMessage<Proposal>>;
  readonly limits: Limits;
  readonly layers: readonly RoomLayer[];
}

interface Resident {
  readonly ref: ActorRef<RoomMessage>;
  count: number;
  /** What has come for it since it was asked to end. */
  waiting: Extract<RoomsMessage, { readonly type: "enter" | "leave" }>[] | undefined;
}

/**
 * The registry of the rooms on this node: they are born when someone wants in, and end when nobody has been in for long.
 * A room ends only by a question that stands in line behind whoever was sent to it before, so nobody is lost on the way.
 */
export function rooms({ log, bus, journal, limits, layers }: RoomsOptions): Behavior<RoomsMessage> {
  return function rooms(context: Context<RoomsMessage>): Handle<RoomsMessage> {
    const residents = new Map<string, Resident>();
    let sorted: readonly string[] | undefined;

    function open(name: string): Resident {
      const scope: RoomScope = {
        name,
        log,
        bus,
        journal,
        rooms: context.self,
        limits,
        audience: new Audience(),
        roster: new Roster(),
        recent: new Recent(),
        observers: new Set(),
      };
      const inHand = new InHand();
      const ref = context.spawn(roomBehavior(scope, inHand), {
        name,
        layers: [inHand.layer, ...layers.map((layer) => layer(scope))],
        mailbox: roomMailbox,
        supervision: restartOnFailure(),
      });
      const resident: Resident = { ref, count: 0, waiting: undefined };
      residents.set(name, resident);
      sorted = undefined;
      context.watch(ref, (ending) => ({ type: "ended", room: name, ending }));
      return resident;
    }

    function enter(message: Extract<RoomsMessage, { readonly type: "enter" }>): undefined {
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

    /** Does what has waited for a room to stay or to end. */
    function goOn(waiting: Resident["waiting"] = []): undefined {
      for (const message of waiting) message.type === "enter" ? enter(message) : leave(message);
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
      sorted = undefined;
      return goOn(waiting);
    }

    function list({ prefix, limit, cursor = "", reply }: Extract<RoomsMessage, { readonly type: "list" }>): undefined {
      sorted ??= [...residents.keys()].sort();
      const page: RoomCount[] = [];
      for (const name of sorted) {
        const count = residents.get(name)?.count ?? 0;
        if (name <= cursor || count === 0 || !name.startsWith(prefix)) continue;
        if (page.length === limit) return reply({ rooms: page, cursor: page.at(-1)?.room });
        page.push({ room: name, count });
      }
      return reply({ rooms: page, cursor: undefined });
    }

    return function handle(message: RoomsMessage): undefined {
      switch (message.type) {
        case "enter":
          return enter(message);
        case "leave":
          return leave(message);
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
        case "list":
          return list(message);
        default:
          message satisfies never;
      }
    };
  };
}

/** The room has more at its door than it can take. */
function turnAway({ listener, answer, id }: Enter, room: string): undefined {
  const message = `Cannot join ${room}: too many are at its door`;
  const error = { type: "error", room, code: "overloaded", message, retryAfter: 1_000 } as const;
  answer(encode({ ...error, ...(id !== undefined && { id }) }));
  listener.inform({ type: "turnedAway", room });
}
