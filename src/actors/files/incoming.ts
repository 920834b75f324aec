import type { Attachment } from "../room/mod.ts";
import type { Deposit } from "./blobs.ts";
import type { File } from "./file.ts";
import type { Naming } from "./naming.ts";
import { type Refusal, refused } from "./refusal.ts";
import { shownAs, TIP_BYTES } from "./shown.ts";
import type { Holder } from "./slots.ts";

/** What someone wants to bring. */
export interface Brought extends Holder {
  readonly room: string;
  readonly name: string;
  readonly media: string;
  /** `undefined`: it shows when the last byte has come. */
  readonly size: number | undefined;
}

/** A file whose bytes have been kept, and that a message can name. */
export interface Arrived {
  readonly type: "arrived";
  readonly attachment: Attachment;
}

/** What the files' keeper does for one that is coming in. */
export interface Intake {
  readonly id: string;
  readonly maxBytes: number;
  /** Makes room for it, and a place for its bytes. */
  begin(): Promise<Deposit | Refusal>;
  enter(deposit: Deposit, file: Omit<File, "at">): Promise<void>;
  /** Nothing comes any more: it is kept, or nothing of it is. */
  end(kept: boolean): undefined;
  settle(naming: Naming): undefined;
  failed(error: unknown): undefined;
  /** Sees a thing through that nobody waits for. */
  follow(work: Promise<unknown>): undefined;
}

/**
 * A file on its way in. What is done to it is done in order, one after the other, whether or not it is waited for; after a
 * refusal, or once it is discarded, nothing of it is left, and everything is answered with that refusal.
 */
export class Incoming {
  readonly #brought: Brought;
  readonly #intake: Intake;
  #deposit: Deposit | undefined;
  #last: Promise<unknown> = Promise.resolve();
  #over: Refusal | undefined;
  #finished = false;
  #received = 0;
  #tip = new Uint8Array(0);
  /** Resolves once bytes may come, or with why they may not. */
  readonly ready: Promise<Refusal | undefined>;

  constructor(brought: Brought, intake: Intake) {
    this.#brought = brought;
    this.#intake = intake;
    this.ready = this.#step(async () => {
      const begun = await intake.begin();
      if ("type" in begun) return this.#end(begun);
      this.#deposit = begun;
      return undefined;
    });
  }

  /** Takes the next bytes; resolves once there is room for more. */
  write(bytes: Uint8Array): Promise<Refusal | undefined> {
    const { maxBytes } = this.#intake;
    const { size = maxBytes } = this.#brought;
    return this.#step(async () => {
      this.#received += bytes.length;
      if (this.#received > size) {
        const why = size === maxBytes ? `${maxBytes} bytes are the most` : "it is larger than said";
        return this.#end(refused("too_large", `Cannot take this file: ${why}`));
      }
      if (this.#tip.length < TIP_BYTES) this.#tip = tipOf(this.#tip, bytes);
      await this.#deposit?.write(bytes);
      return undefined;
    });
  }

  /** All bytes have come: has them kept. */
  finish(): Promise<Arrived | Refusal> {
    const { size, name, media, room } = this.#brought;
    return this.#step<Arrived>(async () => {
      const deposit = this.#deposit;
      if (deposit === undefined) throw new Error("Cannot finish a file that was not begun");
      if (size !== undefined && this.#received < size) {
        return this.#end(refused("bad_command", "Cannot take this file: it is smaller than said"));
      }
      const sha256 = await deposit.seal();
      const known = { name, media, size: this.#received, sha256 };
      await this.#intake.enter(deposit, { room, ...known, shown: shownAs(media, this.#tip) });
      this.#finished = true;
      this.#intake.end(true);
      return { type: "arrived", attachment: { file: this.#intake.id, ...known } };
    });
  }

  /** The message that was to name the file has been appended, or not. */
  settle(naming: Naming): undefined {
    this.#intake.settle(naming);
  }

  /** It is not wanted any more. */
  discard(why: Refusal = refused("bad_command", "Cannot take this file: it was called off")): undefined {
    const done = this.#step(async () => {
      if (this.#finished) this.#intake.settle("unnamed");
      else await this.#end(why);
      return undefined;
    });
    return this.#intake.follow(done);
  }

  #step<T>(step: () => Promise<T | Refusal>): Promise<T | Refusal> {
    const done = this.#last.then(async () => {
      if (this.#over !== undefined) return this.#over;
      try {
        return await step();
      } catch (error) {
        this.#intake.failed(error);
        return this.#end(refused("unavailable", "Cannot take this file: the store takes nothing at present"));
      }
    });
    this.#last = done;
    return done;
  }

  /** Leaves nothing of it behind. */
  async #end(refusal: Refusal): Promise<Refusal> {
    this.#over = refusal;
    try {
      await this.#deposit?.discard();
    } catch (error) {
      this.#intake.failed(error);
    }
    this.#intake.end(false);
    return refusal;
  }
}

function tipOf(tip: Uint8Array<ArrayBuffer>, bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const more = bytes.subarray(0, TIP_BYTES - tip.length);
  const both = new Uint8Array(tip.length + more.length);
  both.set(tip);
  both.set(more, tip.length);
  return both;
}
