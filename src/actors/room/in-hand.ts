import type { Layer } from "../kernel/mod.ts";
import type { RoomMessage } from "./message.ts";

/**
 * What a room is doing at this moment, in whichever of its layers: so that a failure over it leaves nobody waiting. It
 * outlives the room's lives.
 */
export class InHand {
  #message: RoomMessage | undefined;

  /** The outermost layer of a room: it sees each message before anything can fail over it. */
  readonly layer: Layer<RoomMessage> = (_, next) => {
    return (message: RoomMessage): undefined => {
      this.#message = message;
      next(message);
      this.#message = undefined;
    };
  };

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
