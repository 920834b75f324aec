import { type Files, type Refusal, refused } from "../files/mod.ts";
import type { ActorRef, Context } from "../kernel/mod.ts";
import type { RoomMessage } from "../room/mod.ts";
import { type Cancel, type Download, encode, type Limits, type Upload } from "../wire/mod.ts";
import { Downloading } from "./downloading.ts";
import type { ConnectionMessage } from "./message.ts";
import type { Outbox } from "./outbox.ts";
import type { Transfer, TransferStep } from "./transfer.ts";
import { Uploading } from "./uploading.ts";

/** What files are transferred with. */
export interface TransfersOptions {
  readonly outbox: Outbox;
  readonly files: Files;
  readonly limits: Limits;
  /** What a guest's uploads count against; `undefined`: nothing. */
  readonly address: string | undefined;
}

/** What a frame of bytes that are not wanted counts for at the least: none are taken for nothing. */
const UNWANTED_BYTES = 128;

/** A connection's files: one that is being uploaded or downloaded, and the bytes of uploads that came to nothing. */
export class Transfers {
  readonly #context: Context<ConnectionMessage>;
  readonly #options: TransfersOptions;
  #current: Transfer | undefined;
  /** So many bytes were announced, and are not wanted any more. */
  #unwanted = 0;

  constructor(context: Context<ConnectionMessage>, options: TransfersOptions) {
    this.#context = context;
    this.#options = options;
  }

  /** Lets go of what is under way. */
  drop(): undefined {
    this.#current?.drop();
  }

  /** An upload was announced, whatever becomes of it: its bytes may be on their way. */
  announced(bytes: number): undefined {
    this.#unwanted += bytes;
  }

  /** Begins an upload to a room that was joined. */
  upload(command: Upload, { room, ref }: { readonly room: string; readonly ref: ActorRef<RoomMessage> }): undefined {
    const granted = this.#options.outbox.grants(room);
    if (!granted.includes("upload") || !granted.includes("write")) {
      const message = `Cannot upload in ${room}: it takes the grants write and upload`;
      return this.#refuse({ ...command, room }, refused("forbidden", message));
    }
    if (this.#current !== undefined) return this.#refuse({ ...command, room }, busy());
    const { outbox, files, limits, address } = this.#options;
    const { fileBytes } = limits;
    if (command.size > fileBytes) {
      const message = `Cannot take this file: ${fileBytes} bytes are the most`;
      return this.#refuse({ ...command, room }, refused("too_large", message));
    }
    // Whatever came to nothing before was announced before, and has come by now.
    this.#unwanted = 0;
    const ended = (missing: number): undefined => {
      this.#current = undefined;
      this.#unwanted += missing;
    };
    this.#current = new Uploading(this.#context, command, { outbox, files, limits, address, room, ref, ended });
  }

  download(command: Download): undefined {
    if (this.#current !== undefined) return this.#refuse(command, busy());
    const ended = (): undefined => {
      this.#current = undefined;
    };
    const { outbox, files, limits } = this.#options;
    this.#current = new Downloading(this.#context, command, { outbox, files, limits, ended });
  }

  /** Ends what is under way, if anything is. */
  cancel({ id }: Cancel): undefined {
    this.#current?.refuse(refused("bad_command", "Cannot go on with this transfer: it was cancelled"));
    this.#options.outbox.reply(encode({ type: "ack", ...(id !== undefined && { id }) }));
  }

  /** Takes bytes from the peer; `false` where none were announced. */
  take(bytes: Uint8Array): boolean {
    if (this.#current?.take !== undefined) {
      this.#current.take(bytes);
      return true;
    }
    if (this.#unwanted === 0) return false;
    this.#unwanted = Math.max(0, this.#unwanted - Math.max(UNWANTED_BYTES, bytes.length));
    return true;
  }

  /** Goes on with a transfer, if it is still under way. */
  step(transfer: Transfer, step: TransferStep): undefined {
    if (transfer === this.#current) transfer.step(step);
  }

  #refuse({ id, room }: Pick<Upload, "id" | "room">, { code, message }: Refusal): undefined {
    const about = { ...(id !== undefined && { id }), ...(room !== undefined && { room }) };
    this.#options.outbox.reply(encode({ type: "error", ...about, code, message }));
  }
}

function busy(): Refusal {
  return refused("bad_command", "Cannot begin this transfer: another is under way");
}
