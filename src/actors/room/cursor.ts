import type { Listener, Seat } from "./listener.ts";
import type { Enter } from "./message.ts";

/** How far a member's delivery is: waiting for its first page, at the head with the others, or behind and catching up. */
export type CursorState = "entering" | "live" | "behind" | "gone";

/** Where the live members of a room are, all of them together. */
export interface Front {
  readonly epoch: string;
  readonly seq: number;
}

/** One member's place in a room's log. */
export class Cursor implements Seat {
  readonly listener: Listener;
  readonly #front: Front;
  /** Where it is while it is not live; a live one is where all live ones are. */
  seq: number;
  state: CursorState = "entering";
  /** Its place among the live ones. */
  index = -1;
  /** Whether it was told `lagged` and not yet `live`. */
  lagged = false;
  /** Whether a page from the log or room in the budget is being waited for. */
  waiting = false;
  /** The last presence announcement it was sent; `undefined` while it is live and has been sent them all. */
  announced: number | undefined;
  /** What it asked for on entering, until it has its place. */
  enter: Enter | undefined;

  constructor(listener: Listener, front: Front) {
    this.listener = listener;
    this.#front = front;
    this.seq = front.seq;
  }

  get position(): { readonly epoch: string; readonly seq: number } {
    return { epoch: this.#front.epoch, seq: this.state === "live" ? this.#front.seq : this.seq };
  }
}
