import type { ActorRef, Context } from "../kernel/mod.ts";
import type { RoomMessage, RoomsMessage, Seat } from "../room/mod.ts";
import { type CommandId, DEFAULT_ROOM, type ErrorEvent, encode, type Join, type Limits } from "../wire/mod.ts";
import type { ConnectionMessage } from "./message.ts";
import type { Outbox } from "./outbox.ts";
import { type RoomCommand, toRoom } from "./room-command.ts";
import { type Place, Seats, type WaitingCommand } from "./seats.ts";

/** What a connection attends rooms by. */
export interface AttendanceOptions {
  readonly outbox: Outbox;
  readonly rooms: ActorRef<RoomsMessage>;
  readonly limits: Limits;
}

/**
 * A connection's way with rooms: it joins them through their registry, hands them commands, and has those that stand behind
 * a pending join of their room wait, in order.
 */
export class Attendance {
  readonly #context: Context<ConnectionMessage>;
  readonly #options: AttendanceOptions;
  readonly #seats = new Seats();
  /** Rooms that were left and have not answered yet. */
  readonly #departing = new Map<string, ActorRef<RoomMessage>>();
  #named = false;

  constructor(context: Context<ConnectionMessage>, options: AttendanceOptions) {
    this.#context = context;
    this.#options = options;
    context.onStop(() => this.#leaveAll());
  }

  get heads(): ReturnType<Seats["heads"]> {
    return this.#seats.heads();
  }

  join(command: Join): undefined {
    const { limits, outbox } = this.#options;
    const { room = DEFAULT_ROOM, username } = command;
    const place = this.#seats.of(room);
    if (place !== undefined && !place.seated) return this.#wait(room, place, command);
    if (place !== undefined) {
      const message = `Cannot join ${room}: you have joined it already`;
      return this.refuse(command, { room, code: "already_joined", message });
    }
    if (this.#seats.size >= limits.roomsPerConnection) {
      const message = `Cannot join ${room}: a connection may join ${limits.roomsPerConnection} rooms`;
      return this.refuse(command, { room, code: "room_full", message });
    }
    // A guest's name can be chosen once, and not under the eyes of a room.
    if (username !== undefined && !this.#named && outbox.user.guest) {
      outbox.user = { id: `guest:${username}`, name: username, guest: true };
    }
    this.#named = true;
    return this.#ask(room, command);
  }

  /** Does a command in a room that was joined; one that is being joined has it wait. */
  command(command: RoomCommand): undefined {
    const room = command.room ?? this.#seats.only();
    if (room === undefined) {
      return this.refuse(command, { code: "not_joined", message: "Cannot tell which room is meant: name it" });
    }
    const place = this.#seats.of(room);
    if (place === undefined) {
      const message = `Cannot do this in ${room}: join it first`;
      return this.refuse(command, { room, code: "not_joined", message });
    }
    if (place.seated && place.ref !== undefined) return this.#pass(room, place.ref, command);
    return this.#wait(room, place, command);
  }

  /** The registry has said where the room is. */
  placed(room: string, ref: ActorRef<RoomMessage>): undefined {
    const place = this.#seats.of(room);
    if (place === undefined) return;
    place.ref = ref;
    this.#context.watch(ref, () => ({ type: "roomEnded", room }));
    this.#settle(room, place);
  }

  seated(room: string, seat: Seat): undefined {
    const place = this.#seats.of(room);
    if (place === undefined) return;
    place.seat = seat;
    this.#settle(room, place);
  }

  turnedAway(room: string): undefined {
    const place = this.#seats.remove(room);
    this.#context.release(room);
    if (place?.ref !== undefined) this.#context.unwatch(place.ref);
    this.#goOn(room, place?.release() ?? []);
  }

  /** A room that was left has answered. */
  gone(room: string): undefined {
    const ref = this.#departing.get(room);
    this.#departing.delete(room);
    // It may have been joined again by now.
    if (ref !== undefined && this.#seats.of(room)?.ref !== ref) this.#context.unwatch(ref);
  }

  refuse(
    { id }: { readonly id?: CommandId },
    error: Pick<ErrorEvent, "code" | "message"> & Partial<ErrorEvent>,
  ): undefined {
    this.#options.outbox.reply(encode({ type: "error", ...(id !== undefined && { id }), ...error }));
  }

  #ask(room: string, { id, since, history = this.#options.limits.historyDefaultEntries }: Join): undefined {
    const { outbox, rooms, limits } = this.#options;
    const { self } = this.#context;
    const answer = outbox.promise(limits.eventBytes);
    const taken = rooms.tell({
      type: "enter",
      room,
      enter: { type: "enter", listener: outbox, id, answer, since, history },
      reply: (ref) => {
        self.tell({ type: "placed", room, ref });
      },
    });
    if (taken) {
      this.#seats.add(room);
      return;
    }
    const message = `Cannot join ${room}: too many are at the door`;
    const about = id === undefined ? { room } : { id, room };
    return answer(encode({ type: "error", ...about, code: "overloaded", message, retryAfter: 1_000 }));
  }

  #pass(room: string, ref: ActorRef<RoomMessage>, command: RoomCommand): undefined {
    const { outbox, limits } = this.#options;
    const message = toRoom(command, outbox, limits);
    if (ref.tell(message)) {
      if (command.type === "leave") this.#depart(room, ref);
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
  #depart(room: string, ref: ActorRef<RoomMessage>): undefined {
    this.#seats.remove(room);
    this.#departing.set(room, ref);
  }

  /** Keeps a command until the room's pending join has been answered. */
  #wait(room: string, place: Place, command: WaitingCommand): undefined {
    if (place.crowded) this.#context.hold(room);
    if (place.wait(command)) return;
    const message = `Cannot keep more commands for ${room} while joining it`;
    return this.refuse(command, { room, code: "overloaded", message });
  }

  /** Does what has waited for a room, now that there is a seat in it. */
  #settle(room: string, place: Place): undefined {
    if (!place.seated) return;
    this.#context.release(room);
    this.#goOn(room, place.release());
  }

  #goOn(room: string, waiting: readonly WaitingCommand[]): undefined {
    for (const command of waiting) {
      if (command.type === "join") this.join({ ...command, room });
      else this.command({ ...command, room });
    }
  }

  #leaveAll(): undefined {
    const { outbox, rooms } = this.#options;
    const leave = { type: "leave", listener: outbox, id: undefined, abrupt: true } as const;
    for (const [room, { ref }] of this.#seats.rooms()) {
      if (ref !== undefined) ref.tell(leave);
      else rooms.tell({ type: "leave", room, leave }); // it follows the entering, wherever that is
    }
  }
}
