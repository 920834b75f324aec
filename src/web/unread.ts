import type { RoomState } from "../client/mod.ts";
import type { ReadPosition } from "./preferences.ts";

/** How far a room was read, what has come since, and where the line before the new messages stands. */
export class Unread {
  #read: ReadPosition | undefined;
  #count = 0;
  #isNew = true;
  /** The place behind which the new messages begin, while that is shown. */
  line: number | undefined;

  constructor(read: ReadPosition | undefined) {
    this.#read = read;
  }

  get count(): number {
    return this.#count;
  }

  get read(): ReadPosition | undefined {
    return this.#read;
  }

  /** The room has changed; it is being read where it is `attended`. */
  look({ epoch, seq, messages }: RoomState, attended: boolean): undefined {
    if (epoch === undefined) return;
    if (this.#read?.epoch !== epoch) {
      // Whoever comes for the first time has missed nothing.
      this.#read = { epoch, seq };
      this.line = undefined;
    }
    const before = this.#count;
    this.#count = countBehind(messages, this.#read.seq);
    // What was said before one came is pointed out to those who look at once, too.
    if (before === 0 && this.#count > 0 && (!attended || this.#isNew)) this.line = this.#read.seq;
    this.#isNew = false;
    if (attended && seq > this.#read.seq) this.#read = { epoch, seq };
    if (attended) this.#count = 0;
  }

  /** All is read, and nothing needs to be pointed out. */
  clear(): undefined {
    this.line = undefined;
  }
}

function countBehind(messages: RoomState["messages"], place: number): number {
  let count = 0;
  for (let at = messages.length - 1; at >= 0; at -= 1) {
    const message = messages[at];
    if (message?.seq === undefined) continue;
    if (message.seq <= place) break;
    if (!message.own && message.redacted === undefined) count += 1;
  }
  return count;
}
