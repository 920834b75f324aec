import type { Message, Room, RoomState, Tombstone } from "../client/mod.ts";
import type { ReadPosition } from "./preferences.ts";
import { Typists } from "./typists.ts";
import { Unread } from "./unread.ts";

/** Who hears of a room. */
export interface OpenRoomOptions {
  readonly read: ReadPosition | undefined;
  readonly me: () => string | undefined;
  readonly changed: () => void;
  /** Somebody else has said something, just now. */
  readonly heard: (room: OpenRoom, message: Message | Tombstone) => void;
  /** What was shown is void. */
  readonly reset: (room: OpenRoom) => void;
}

/** How many older messages are brought at a time. */
const OLDER = 200;

/** Those that could not be had are asked for again after this. */
const AGAIN_MS = 5_000;

/** A room that the page has joined, and what the page knows of it besides. */
export class OpenRoom {
  readonly room: Room;
  readonly unread: Unread;
  readonly typists: Typists;
  /** What was written and not sent yet. */
  draft = "";
  readonly #changed: () => void;
  #loading = false;

  constructor(room: Room, { read, me, changed, heard, reset }: OpenRoomOptions) {
    this.room = room;
    this.#changed = changed;
    this.unread = new Unread(read);
    this.typists = new Typists(changed);
    room.subscribe(changed);
    room.addEventListener("signal", ({ detail: { name, sender } }) => {
      if (name === "typing" && sender.id !== me()) this.typists.typed(sender);
    });
    room.addEventListener("message", ({ detail }) => {
      this.typists.stopped(detail.sender.id);
      if (detail.sender.id !== me()) heard(this, detail);
    });
    room.addEventListener("reset", () => reset(this));
  }

  get name(): string {
    return this.room.name;
  }

  get state(): RoomState {
    return this.room.snapshot();
  }

  get loading(): boolean {
    return this.#loading;
  }

  /** Brings older messages, unless some are on their way. */
  older(): undefined {
    if (this.#loading) return;
    this.#loading = true;
    this.#changed();
    const done = (): void => {
      this.#loading = false;
      this.#changed();
    };
    this.room.older(OLDER).then(done, () => setTimeout(done, AGAIN_MS));
  }
}
