import { type Incoming, namingOf, type Refusal, refused } from "../files/mod.ts";
import type { ActorRef, Context } from "../kernel/mod.ts";
import type { RoomMessage } from "../room/mod.ts";
import { type Ack, type ErrorEvent, encode, type Upload } from "../wire/mod.ts";
import type { ConnectionMessage } from "./message.ts";
import type { Transfer, TransferStep } from "./transfer.ts";
import type { TransfersOptions } from "./transfers.ts";

/** How far a peer may go ahead of what it was told has come, in bytes. */
const WINDOW_BYTES = 262_144;
/** It is told again once so much has come since. */
const PROGRESS_BYTES = WINDOW_BYTES / 2;
/** Frames may be small, but not all of them: so many of any size, then so many bytes each on average. */
const SMALL_FRAMES = { free: 1_024, bytes: 128 };

/** What an upload is made of. */
export interface UploadingOptions extends TransfersOptions {
  readonly room: string;
  readonly ref: ActorRef<RoomMessage>;
  /** It is over, and so many bytes of it have not come. */
  readonly ended: (missing: number) => undefined;
}

/**
 * An upload under way: bytes come in and go into the store as fast as that takes them, never more than a window ahead;
 * behind the last one the message is published. Whatever ends it before leaves nothing of it.
 */
export class Uploading implements Transfer {
  readonly #context: Context<ConnectionMessage>;
  readonly #command: Upload;
  readonly #options: UploadingOptions;
  readonly #incoming: Incoming;
  #open = false;
  #over = false;
  #received = 0;
  #written = 0;
  #told = 0;
  #frames = 0;
  #seenAt: number;
  /** What has come and is not being written yet. */
  #waiting: Uint8Array[] = [];
  #writing = false;

  constructor(context: Context<ConnectionMessage>, command: Upload, options: UploadingOptions) {
    const { outbox, files, room } = options;
    const { name, media, size } = command;
    const address = outbox.user.guest ? options.address : undefined;
    this.#context = context;
    this.#command = command;
    this.#options = options;
    this.#seenAt = context.now();
    this.#incoming = files.receive({ room, user: outbox.user.id, address, name, media, size });
    this.#await(this.#incoming.ready, (refusal) => ({ type: "begun", refusal }));
    this.#watch(options.limits.uploadIdleMs);
  }

  step(step: TransferStep): undefined {
    switch (step.type) {
      case "begun":
        return step.refusal === undefined ? this.#begin() : this.refuse(step.refusal);
      case "written":
        return step.refusal === undefined ? this.#wrote(step.bytes) : this.refuse(step.refusal);
      case "finished":
        return step.outcome.type === "refused" ? this.refuse(step.outcome) : this.#publish(step.outcome.attachment);
      case "look":
        return this.#look();
      default:
        return; // a download's
    }
  }

  take(bytes: Uint8Array): undefined {
    const { size } = this.#command;
    const { uploadFrameBytes } = this.#options.limits;
    const { length } = bytes;
    const from = this.#received;
    this.#received = Math.min(size, from + length);
    this.#frames += 1;
    const small = this.#frames > SMALL_FRAMES.free && from + length < this.#frames * SMALL_FRAMES.bytes;
    if (!this.#open) return this.#misused("bytes came before ready");
    if (length === 0 || small) return this.#misused("its frames are too small");
    if (length > uploadFrameBytes) return this.refuse(refused("too_large", this.#cannot("a frame is too large")));
    if (from + length > size) return this.refuse(refused("too_large", this.#cannot("it is larger than said")));
    if (from + length > this.#told + WINDOW_BYTES) return this.#misused("more came than the window holds");
    this.#seenAt = this.#context.now();
    this.#waiting.push(bytes);
    return this.#write();
  }

  refuse({ code, message, retryAfter }: Refusal): undefined {
    if (this.#over) return;
    this.#incoming.discard();
    this.#end();
    const later = retryAfter === undefined ? {} : { retryAfter };
    return this.#say({ type: "error", room: this.#options.room, code, message, ...later });
  }

  drop(): undefined {
    this.#incoming.discard();
  }

  #begin(): undefined {
    const { id } = this.#command;
    this.#open = true;
    this.#seenAt = this.#context.now();
    this.#options.outbox.reply(encode({ type: "ready", ...(id !== undefined && { id }), window: WINDOW_BYTES }));
    if (this.#command.size === 0) return this.#finish();
  }

  /** Writes what waits, in one go; what comes meanwhile is gathered for the next. */
  #write(): undefined {
    if (this.#writing || this.#waiting.length === 0) return;
    const bytes = joined(this.#waiting);
    this.#waiting = [];
    this.#writing = true;
    this.#await(this.#incoming.write(bytes), (refusal) => ({ type: "written", bytes: bytes.length, refusal }));
  }

  #wrote(bytes: number): undefined {
    const { id, size } = this.#command;
    this.#writing = false;
    this.#written += bytes;
    this.#seenAt = this.#context.now(); // the peer may have waited for this
    if (this.#written === size) return this.#finish();
    if (this.#written - this.#told >= PROGRESS_BYTES) {
      this.#told = this.#written;
      const progress = { type: "progress", ...(id !== undefined && { id }), received: this.#written } as const;
      this.#options.outbox.reply(encode(progress));
    }
    return this.#write();
  }

  #finish(): undefined {
    this.#await(this.#incoming.finish(), (outcome) => ({ type: "finished", outcome }));
  }

  /** Has the message published; from here on, its room answers. */
  #publish(attachment: Extract<Awaited<ReturnType<Incoming["finish"]>>, { type: "arrived" }>["attachment"]): undefined {
    const { id, name, content = name, key } = this.#command;
    const { outbox, room, ref } = this.#options;
    const incoming = this.#incoming;
    this.#end();
    const answer = (text: string): undefined => {
      incoming.settle(namingOf(JSON.parse(text) as Ack | ErrorEvent));
      return outbox.reply(text);
    };
    const words = { content, data: undefined, key, attachment };
    if (ref.tell({ type: "publish", listener: outbox, id, answer, ...words })) return;
    incoming.settle("unnamed");
    const message = `Cannot publish in ${room}: it has too much to do`;
    return this.#say({ type: "error", room, code: "overloaded", message, retryAfter: 1_000 });
  }

  #look(): undefined {
    const idleMs = this.#options.limits.uploadIdleMs;
    const leftMs = this.#seenAt + idleMs - this.#context.now();
    const ours = !this.#open || this.#writing || this.#written === this.#command.size;
    if (leftMs > 0 || ours) return this.#watch(leftMs > 0 ? leftMs : idleMs);
    return this.#misused("nothing comes any more");
  }

  #watch(afterMs: number): undefined {
    this.#context.after("transfer", afterMs, { type: "transfer", transfer: this, step: { type: "look" } });
  }

  #misused(why: string): undefined {
    return this.refuse(refused("bad_command", this.#cannot(why)));
  }

  #cannot(why: string): string {
    return `Cannot take this upload: ${why}`;
  }

  #say(event: ErrorEvent): undefined {
    const { id } = this.#command;
    this.#options.outbox.reply(encode({ ...event, ...(id !== undefined && { id }) }));
  }

  #end(): undefined {
    this.#over = true;
    this.#waiting = [];
    this.#context.cancel("transfer");
    this.#options.ended(this.#command.size - this.#received);
  }

  #await<T>(promise: Promise<T>, toStep: (value: T) => TransferStep): undefined {
    this.#context.pipe(
      promise,
      (value) => ({ type: "transfer", transfer: this, step: toStep(value) }),
      (error) => ({ type: "transfer", transfer: this, step: { type: "failed", error } }),
    );
  }
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const [only] = parts;
  if (parts.length === 1 && only !== undefined) return only;
  const whole = new Uint8Array(parts.reduce((bytes, part) => bytes + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
