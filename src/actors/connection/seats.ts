import { type ActorRef, SmallMap } from "../kernel/mod.ts";
import type { RoomMessage, Seat } from "../room/mod.ts";
import type { Grant, Join, Position, Upload } from "../wire/mod.ts";
import type { RoomCommand } from "./room-command.ts";

/** A command that may stand behind a pending join of its room. */
export type WaitingCommand = RoomCommand | Join | Upload;

/** Past the first, no more messages are read; a batch that is being read already may bring as many as the second. */
const WAITING = { crowded: 64, most: 512 };

/** One room as a connection sees it: joining, while it has no seat there yet, then joined. */
export class Place {
  ref: ActorRef<RoomMessage> | undefined;
  seat: Seat | undefined;
  /** The join that waits for what may be done there. */
  asking: Join | undefined;
  /** What may be done there, once that is known. */
  grants: readonly Grant[] | undefined;
  #waiting: WaitingCommand[] | undefined;

  /** Whether the room has answered the join, and commands can go to it. */
  get seated(): boolean {
    return this.ref !== undefined && this.seat !== undefined;
  }

  /** Whether so much waits already that no more should be read. */
  get crowded(): boolean {
    return this.#waiting !== undefined && this.#waiting.length >= WAITING.crowded;
  }

  /** Keeps a command behind the pending join; answers whether there was room for it. */
  wait(command: WaitingCommand): boolean {
    this.#waiting ??= [];
    if (this.#waiting.length >= WAITING.most) return false;
    this.#waiting.push(command);
    return true;
  }

  /** What has waited, in order. */
  release(): readonly WaitingCommand[] {
    const waiting = this.#waiting ?? [];
    this.#waiting = undefined;
    return waiting;
  }
}

/** The rooms that a connection has joined or is joining. */
export class Seats {
  readonly #places = new SmallMap<string, Place>();

  get size(): number {
    return this.#places.size;
  }

  of(room: string): Place | undefined {
    return this.#places.get(room);
  }

  /** The room that a command without one means: the only one. */
  sole(): string | undefined {
    if (this.#places.size !== 1) return undefined;
    const [[room] = []] = this.#places;
    return room;
  }

  rooms(): Iterable<readonly [string, Place]> {
    return this.#places;
  }

  add(room: string): Place {
    const place = new Place();
    this.#places.set(room, place);
    return place;
  }

  /** Takes a room out; answers what waited for it. */
  remove(room: string): Place | undefined {
    const place = this.#places.get(room);
    this.#places.delete(room);
    return place;
  }

  /** Where the connection is in each of its rooms. Names are keys like any other, `__proto__` too. */
  heads(): Readonly<Record<string, Position>> {
    const heads: Record<string, Position> = Object.create(null);
    for (const [room, { seat }] of this.#places) if (seat !== undefined) heads[room] = seat.position;
    return heads;
  }
}
