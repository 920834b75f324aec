import type { ActorRef, Context } from "../kernel/mod.ts";
import type { RoomMessage, RoomsMessage, Seat } from "../room/mod.ts";
import {
  type CommandId,
  DEFAULT_ROOM,
  type ErrorEvent,
  encode,
  type Grant,
  type Join,
  type Limits,
  type Upload,
} from "../wire/mod.ts";
import { handOver } from "./hand-over.ts";
import { knock } from "./knock.ts";
import type { ConnectionMessage } from "./message.ts";
import type { Grantor, Outbox } from "./outbox.ts";
import type { RoomCommand } from "./room-command.ts";
import { type Place, Seats, type WaitingCommand } from "./seats.ts";
import type { Standing } from "./standing.ts";
import type { Transfers } from "./transfers.ts";

/** What a connection attends rooms by. */
export interface AttendanceOptions {
  readonly outbox: Outbox;
  readonly rooms: ActorRef<RoomsMessage>;
  readonly limits: Limits;
  /** What rooms that are opened for it count against; `undefined`: nothing. */
  readonly address: string | undefined;
}

/**
 * A connection's way with rooms: it joins them through their registry, hands them commands, and has those that stand behind
 * a pending join of their room wait, in order.
 */
export class Attendance implements Grantor {
  readonly #context: Context<ConnectionMessage>;
  readonly #options: AttendanceOptions;
  readonly #standing: Standing;
  readonly #transfers: Transfers | undefined;
  readonly #seats = new Seats();
  /** Rooms that were left and have not answered yet. */
  #departing: Map<string, ActorRef<RoomMessage>> | undefined;
  #named = false;

  constructor(
    context: Context<ConnectionMessage>,
    options: AttendanceOptions,
    { standing, transfers }: { readonly standing: Standing; readonly transfers: Transfers | undefined },
  ) {
    this.#context = context;
    this.#options = options;
    this.#standing = standing;
    this.#transfers = transfers;
    options.outbox.grantor = this;
  }

  /** What may be done in a room: as it was told on joining it, or as it stands. */
  grants(room: string): readonly Grant[] {
    return this.#seats.of(room)?.grants ?? this.#standing.grants(room);
  }

  /** Whether it has joined, or wants to join, any room. */
  get began(): boolean {
    return this.#named;
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
    this.#seats.add(room).asking = command;
    return this.#askGrants(room);
  }

  /** The pass is another one now: what was granted under the former no longer counts. */
  renewed(): undefined {
    for (const [room, { asking }] of this.#seats.rooms()) if (asking === undefined) this.#askGrants(room);
  }

  /** It is known what may be done in a room. */
  granted(room: string, version: number, grants: readonly Grant[] | undefined): undefined {
    const standing = this.#standing;
    const place = this.#seats.of(room);
    if (place === undefined) return;
    if (version !== standing.version) return this.#askGrants(room);
    if (grants !== undefined) place.grants = grants;
    const command = place.asking;
    place.asking = undefined;
    const reads = grants?.includes("read") === true;
    if (command !== undefined && reads) return this.#ask(room, command);
    if (command !== undefined) return this.#shutOut(room, command, grants === undefined);
    // Whoever is about to get a place is turned away by the room itself.
    if (place.seated && place.ref !== undefined && !reads) return this.#evict(room, place.ref);
  }

  /** Does a command in a room that was joined; one that is being joined has it wait. */
  command(command: RoomCommand | Upload): undefined {
    const room = command.room ?? this.#seats.sole();
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
    // What was granted may have become less while the room was on its way to say so.
    if (place.ref !== undefined && !this.grants(room).includes("read")) this.#evict(room, place.ref);
  }

  turnedAway(room: string): undefined {
    const place = this.#seats.remove(room);
    this.#context.release(room);
    if (place?.ref !== undefined) this.#context.unwatch(place.ref);
    this.#goOn(room, place?.release() ?? []);
  }

  /** It was taken out of a room; of one that it had left by then, it hears `gone`. */
  expelled(room: string, seat: Seat): undefined {
    if (this.#seats.of(room)?.seat === seat) this.turnedAway(room);
  }

  /** A room that was left has answered. */
  gone(room: string): undefined {
    const ref = this.#departing?.get(room);
    this.#departing?.delete(room);
    // It may have been joined again by now.
    if (ref !== undefined && this.#seats.of(room)?.ref !== ref) this.#context.unwatch(ref);
  }

  refuse(
    { id }: { readonly id?: CommandId },
    error: Pick<ErrorEvent, "code" | "message"> & Partial<ErrorEvent>,
  ): undefined {
    this.#options.outbox.reply(encode({ type: "error", ...(id !== undefined && { id }), ...error }));
  }

  #askGrants(room: string): undefined {
    const standing = this.#standing;
    const { version } = standing;
    const asked = standing.ask(room);
    if (!(asked instanceof Promise)) return this.granted(room, version, asked);
    const come = (grants?: readonly Grant[]): ConnectionMessage => ({ type: "granted", room, version, grants });
    this.#context.pipe(asked, come, () => come());
  }

  /** Nobody comes into a room who may not read it, or of whom that cannot be told. */
  #shutOut(room: string, command: Join, untold: boolean): undefined {
    const { id } = command;
    const message = `Cannot join ${room}: ${untold ? "it cannot be told whether you may" : "you may not read it"}`;
    const code = untold ? "unavailable" : "forbidden";
    this.refuse(id === undefined ? {} : { id }, { room, code, message, ...(untold && { retryAfter: 1_000 }) });
    return this.turnedAway(room);
  }

  /** Takes itself out of a room that it may no longer read. */
  #evict(room: string, ref: ActorRef<RoomMessage>): undefined {
    this.refuse({}, { room, code: "forbidden", message: `Cannot stay in ${room}: you may no longer read it` });
    ref.tell({ type: "leave", listener: this.#options.outbox, id: undefined, abrupt: false });
    return this.#depart(room, ref);
  }

  #ask(room: string, command: Join): undefined {
    const { outbox, rooms, limits, address } = this.#options;
    const { self } = this.#context;
    if (!knock(command, outbox, { room, self, rooms, limits, address })) return this.turnedAway(room);
  }

  #pass(room: string, ref: ActorRef<RoomMessage>, command: RoomCommand | Upload): undefined {
    if (command.type === "upload") return this.#transfers?.upload(command, { room, ref });
    const { outbox, limits } = this.#options;
    const taken = handOver(command, outbox, { room, ref, limits });
    if (taken && command.type === "leave") this.#depart(room, ref);
  }

  /** Lets go of a room, which is still watched: should it end before it has answered, so does this connection. */
  #depart(room: string, ref: ActorRef<RoomMessage>): undefined {
    this.#seats.remove(room);
    this.#departing ??= new Map();
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

  /** Leaves every room, without a word to the peer. */
  leaveAll(): undefined {
    const { outbox, rooms } = this.#options;
    const leave = { type: "leave", listener: outbox, id: undefined, abrupt: true } as const;
    for (const [room, { ref }] of this.#seats.rooms()) {
      if (ref !== undefined) ref.tell(leave);
      else rooms.tell({ type: "leave", room, leave }); // it follows the entering, wherever that is
    }
  }
}
