import type { Layer } from "../kernel/mod.ts";
import type { RoomMessage } from "./message.ts";

/**
 * What a room is doing at this moment, in whichever of its layers: so that a failure over it leaves nobody waiting. It
 * outlives the room's lives.
 */
export class InHand {
  #message: RoomMessage | undefined;
  #proposed = 0;

  /** The outermost layer of a room: it sees each message before anything can fail over it. */
  readonly layer: Layer<RoomMessage> = (_, next) => {
    return (message: RoomMessage): undefined => {
      this.#message = message;
      next(message);
      this.#message = undefined;
    };
  };

  /** Something was handed to the log. */
  proposed(): undefined {
    this.#proposed += 1;
  }

  /** The log has said what became of so many of them. */
  decided(count: number): undefined {
    this.#proposed -= count;
  }

  /** Whether the log still has to say what became of something. */
  get pending(): boolean {
    return this.#proposed > 0;
  }

  /** The room itself has done what the message asked; what fails from here on leaves nothing undone. */
  done(): undefined {
    this.#message = undefined;
  }

  /** Takes over what the former life failed over. */
  take(): RoomMessage | undefined {
    const message = this.#message;
    this.#message = undefined;
    return message;
  }
}
