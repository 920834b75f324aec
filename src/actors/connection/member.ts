import type { ActorRef, Behavior, Context, Handle } from "../kernel/mod.ts";
import type { RoomMessage, RoomsMessage } from "../room/mod.ts";
import {
  type Asked,
  type Command,
  type CommandType,
  DEFAULT_ROOM,
  type ErrorEvent,
  encode,
  type Join,
  type Limits,
  type RoomsQuery,
  type Welcome,
} from "../wire/mod.ts";
import type { ConnectionMessage } from "./message.ts";
import type { Outbox } from "./outbox.ts";
import { type Place, type RoomCommand, Seats, type WaitingCommand } from "./seats.ts";

/** The commands that are done here. */
export const served: ReadonlySet<CommandType> = new Set<CommandType>([
  "join",
  "leave",
  "message",
  "signal",
  "history",
  "members",
  "rooms",
  "ping",
]);

/** What a member is made of. */
export interface MemberOptions {
  readonly outbox: Outbox;
  readonly rooms: ActorRef<RoomsMessage>;
  readonly limits: Limits;
  /** What it is greeted with, beside who it speaks for. */
  readonly greeting: Omit<Welcome, "type" | "user">;
  /** What the URL asked for: rooms to be joined at once, and a name that was none. */
  readonly asked: readonly Asked[];
  readonly badName: boolean;
}

/** A connection that may take part: it does the peer's commands, or has the rooms do them. */
export function member({
  outbox,
  rooms,
  limits,
  greeting,
  asked,
  badName,
}: MemberOptions): Behavior<ConnectionMessage> {
  return function member(context: Context<ConnectionMessage>): Handle<ConnectionMessage> {
    const seats = new Seats();
    const departing = new Map<string, ActorRef<RoomMessage>>();
    let named = false;

    context.onStop(function leaveAll(): undefined {
      const leave = { type: "leave", listener: outbox, id: undefined, abrupt: true } as const;
      for (const [room, { ref }] of seats.rooms()) {
        if (ref !== undefined) ref.tell(leave);
        else rooms.tell({ type: "leave", room, leave }); // it follows the entering, wherever that is
      }
    });

    function refuse(
      about: Partial<Command>,
      error: Pick<ErrorEvent, "code" | "message"> & Partial<ErrorEvent>,
    ): undefined {
      const id = about.id === undefined ? {} : { id: about.id };
      outbox.reply(encode({ type: "error", ...id, ...error }));
    }

    function join(command: Join): undefined {
      const { room = DEFAULT_ROOM, username, since, history = limits.historyDefaultEntries, id } = command;
      const place = seats.of(room);
      if (place !== undefined && !place.seated) return wait(room, place, command);
      if (place !== undefined) {
        return refuse(command, {
          room,
          code: "already_joined",
          message: `Cannot join ${room}: you have joined it already`,
        });
      }
      if (seats.size >= limits.roomsPerConnection) {
        const message = `Cannot join ${room}: a connection may join ${limits.roomsPerConnection} rooms`;
        return refuse(command, { room, code: "room_full", message });
      }
      // A guest's name can be chosen once, and not under the eyes of a room.
      if (username !== undefined && !named && outbox.user.guest) {
        outbox.user = { id: `guest:${username}`, name: username, guest: true };
      }
      named = true;
      seats.add(room);
      const answer = outbox.promise(limits.eventBytes);
      const enter = { type: "enter", listener: outbox, id, answer, since, history } as const;
      const { self } = context;
      const taken = rooms.tell({
        type: "enter",
        room,
        enter,
        reply: (ref) => {
          self.tell({ type: "placed", room, ref });
        },
      });
      if (taken) return;
      seats.remove(room);
      const message = `Cannot join ${room}: too many are at the door`;
      const about = id === undefined ? { room } : { id, room };
      return answer(encode({ type: "error", ...about, code: "overloaded", message, retryAfter: 1_000 }));
    }

    /** Does a command in a room that was joined; one that is being joined has it wait. */
    function inRoom(command: RoomCommand): undefined {
      const room = command.room ?? seats.only();
      if (room === undefined) {
        return refuse(command, { code: "not_joined", message: "Cannot tell which room is meant: name it" });
      }
      const place = seats.of(room);
      if (place === undefined) {
        return refuse(command, { room, code: "not_joined", message: `Cannot do this in ${room}: join it first` });
      }
      if (place.seated && place.ref !== undefined) return pass(room, place.ref, command);
      return wait(room, place, command);
    }

    /** Keeps a command until the room's pending join has been answered. */
    function wait(room: string, place: Place, command: WaitingCommand): undefined {
      if (place.crowded) context.hold(room);
      if (place.wait(command)) return;
      return refuse(command, {
        room,
        code: "overloaded",
        message: `Cannot keep more commands for ${room} while joining it`,
      });
    }

    function pass(room: string, ref: ActorRef<RoomMessage>, command: RoomCommand): undefined {
      const message = toRoom(command, outbox, limits);
      if (ref.tell(message)) {
        if (command.type === "leave") depart(room, ref);
        return;
      }
      if (command.type === "signal") return; // shed, as signals may be
      const why = `Cannot do this in ${room}: it has too much to do`;
      const id = command.id === undefined ? {} : { id: command.id };
      const text = encode({ type: "error", ...id, room, code: "overloaded", message: why });
      if ("answer" in message) message.answer(text);
      else outbox.reply(text);
    }

    /** Lets go of a room, which is still watched: should it end before it has answered, so does this connection. */
    function depart(room: string, ref: ActorRef<RoomMessage>): undefined {
      seats.remove(room);
      departing.set(room, ref);
    }

    /** The room has answered. */
    function gone(room: string): undefined {
      const ref = departing.get(room);
      departing.delete(room);
      // It may have been joined again by now.
      if (ref !== undefined && seats.of(room)?.ref !== ref) context.unwatch(ref);
    }

    function list({ id, prefix = "", limit = limits.pageEntries, cursor }: RoomsQuery): undefined {
      const said = id === undefined ? {} : { id };
      const answer = outbox.promise(limits.eventBytes);
      const taken = rooms.tell({
        type: "list",
        prefix,
        limit,
        cursor,
        reply: ({ rooms, cursor }) =>
          answer(encode({ type: "rooms", ...said, rooms, ...(cursor !== undefined && { cursor }) })),
      });
      if (taken) return;
      answer(
        encode({ type: "error", ...said, code: "overloaded", message: "Cannot list rooms: too many ask at present" }),
      );
    }

    function act(command: Command): undefined {
      switch (command.type) {
        case "join":
          return join(command);
        case "leave":
        case "message":
        case "signal":
        case "history":
        case "members":
          return inRoom(command);
        case "rooms":
          return list(command);
        case "ping": {
          const id = command.id === undefined ? {} : { id: command.id };
          return outbox.reply(encode({ type: "pong", ...id, heads: seats.heads() }));
        }
        default:
          return refuse(command, {
            code: "unknown_type",
            message: "Cannot read the command: its type is not known here",
          });
      }
    }

    function placed(room: string, ref: ActorRef<RoomMessage>): undefined {
      const place = seats.of(room);
      if (place === undefined) return;
      place.ref = ref;
      context.watch(ref, () => ({ type: "roomEnded", room }));
      settle(room, place);
    }

    /** Does what has waited for a room, now that there is a seat in it. */
    function settle(room: string, place: Place): undefined {
      if (!place.seated) return;
      context.release(room);
      for (const command of place.release()) act({ ...command, room });
    }

    function turnedAway(room: string): undefined {
      const place = seats.remove(room);
      context.release(room);
      if (place?.ref !== undefined) context.unwatch(place.ref);
      for (const command of place?.release() ?? []) act({ ...command, room });
    }

    outbox.reply(encode({ type: "welcome", ...greeting, user: outbox.user }));
    if (badName) refuse({}, { code: "bad_command", message: "Cannot take this name: see issues", issues: ["name"] });
    const wanted = [...asked];
    joinWanted();

    /** Joins what the URL asked for, as far as the budget allows at a time. */
    function joinWanted(): undefined {
      for (let next = wanted[0]; next !== undefined && !outbox.full; next = wanted[0]) {
        wanted.shift();
        joinOrRefuse(next);
      }
    }

    function joinOrRefuse({ name, valid }: Asked): undefined {
      if (valid) join({ type: "join", room: name });
      else
        refuse(
          {},
          { room: name, code: "bad_command", message: "Cannot join this room: its name is none", issues: ["room"] },
        );
    }

    return function handle(message: ConnectionMessage): undefined {
      switch (message.type) {
        case "said":
          if (message.decoded.ok) return act(message.decoded.command);
          if (message.decoded.tooBig) {
            context.self.tell({ type: "end", close: "tooBig" });
            return;
          }
          return outbox.reply(encode(message.decoded.problem));
        case "placed":
          return placed(message.room, message.ref);
        case "seated": {
          const place = seats.of(message.room);
          if (place === undefined) return;
          place.seat = message.seat;
          settle(message.room, place);
          return joinWanted();
        }
        case "gone":
          return gone(message.room);
        case "turnedAway":
          turnedAway(message.room);
          return joinWanted();
        case "received":
          // Text has become commands by now, so this is binary, and none was announced.
          context.self.tell({ type: "end", close: "unsupportedData" });
          return;
        default:
          return; // what is the connection's or its layers' own
      }
    };
  };
}

function toRoom(command: RoomCommand, listener: Outbox, limits: Limits): RoomMessage {
  const { id } = command;
  switch (command.type) {
    case "leave":
      return { type: "leave", listener, id, abrupt: false };
    case "message":
      return { type: "publish", listener, id, content: command.content, data: command.data, key: command.key };
    case "signal":
      return { type: "signal", listener, name: command.name, data: command.data };
    case "history": {
      const { before, after, limit = limits.historyEntries } = command;
      return { type: "history", listener, id, answer: listener.promise(limits.eventBytes), before, after, limit };
    }
    case "members": {
      const { limit = limits.joinedMembers, cursor } = command;
      return { type: "members", listener, id, answer: listener.promise(limits.eventBytes), limit, cursor };
    }
  }
}
