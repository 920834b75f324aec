import type { ActorRef } from "../kernel/mod.ts";
import type { RoomMessage, Seat } from "../room/mod.ts";
import type { Command, Position } from "../wire/mod.ts";

/** A command for one room. */
export type RoomCommand = Extract<Command, { readonly type: "leave" | "message" | "signal" | "history" | "members" }>;

/** How many commands may wait behind a join, for one room. */
const STASHED = 256;

/** One room as a connection sees it: joining, while it has no seat there yet, then joined. */
export interface Place {
  ref: ActorRef<RoomMessage> | undefined;
  seat: Seat | undefined;
  /** Commands behind a join that has not been answered yet. */
  readonly stash: RoomCommand[];
}

/** The rooms that a connection has joined or is joining. */
export class Seats {
  readonly #places = new Map<string, Place>();

  get size(): number {
    return this.#places.size;
  }

  of(room: string): Place | undefined {
    return this.#places.get(room);
  }

  /** The room that a command without one means: the only one. */
  only(): string | undefined {
    return this.#places.size === 1 ? this.#places.keys().next().value : undefined;
  }

  rooms(): Iterable<[string, Place]> {
    return this.#places;
  }

  add(room: string): undefined {
    this.#places.set(room, { ref: undefined, seat: undefined, stash: [] });
  }

  /** Takes a room out; answers what waited for it. */
  remove(room: string): Place | undefined {
    const place = this.#places.get(room);
    this.#places.delete(room);
    return place;
  }

  /** Keeps a command behind a pending join; answers whether there was room for it. */
  stash(place: Place, command: RoomCommand): boolean {
    if (place.stash.length >= STASHED) return false;
    place.stash.push(command);
    return true;
  }

  /** Where the connection is in each of its rooms. Names are keys like any other, `__proto__` too. */
  heads(): Readonly<Record<string, Position>> {
    const heads: Record<string, Position> = Object.create(null);
    for (const [room, { seat }] of this.#places) if (seat !== undefined) heads[room] = seat.position;
    return heads;
  }
}
