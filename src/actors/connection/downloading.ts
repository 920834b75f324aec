import { type Opened, type Refusal, refused } from "../files/mod.ts";
import type { Context } from "../kernel/mod.ts";
import { type Download, encode } from "../wire/mod.ts";
import type { ConnectionMessage } from "./message.ts";
import type { Transfer, TransferStep } from "./transfer.ts";
import type { TransfersOptions } from "./transfers.ts";

/** How many bytes go at a time: little enough that what else is to be sent never waits for long. */
const PIECE_BYTES = 32_768;
/**
 * The next bytes are put in once no more than this waits to be sent. Node's streams say that they have drained only after
 * they held 64 KiB, so it is not less than that.
 */
const AHEAD_BYTES = 65_536;
/**
 * After so many pieces, what waits to be read comes first: on Bun a chain of promises and immediates keeps sockets from
 * being read (10 MiB from disk after disk: others' messages took 19 ms in the middle, and take 2 with this).
 */
const AT_ONCE = 4;

/** What a download is made of. */
export interface DownloadingOptions extends Omit<TransfersOptions, "address"> {
  readonly ended: () => undefined;
}

/** A download under way: one piece of the file after the other, as the peer reads, between whatever else it is sent. */
export class Downloading implements Transfer {
  readonly #context: Context<ConnectionMessage>;
  readonly #command: Download;
  readonly #options: DownloadingOptions;
  #opened: Opened | undefined;
  #sent = 0;
  #pieces = 0;
  #over = false;

  constructor(context: Context<ConnectionMessage>, command: Download, options: DownloadingOptions) {
    this.#context = context;
    this.#command = command;
    this.#options = options;
    const opening = options.files.open(command.file).then((opened) => {
      // Whoever has asked may be gone by now, and nobody else would close it.
      if (this.#over) this.#close(opened);
      return opened;
    });
    this.#await(opening, (opened) => ({ type: "opened", opened }));
  }

  step(step: TransferStep): undefined {
    switch (step.type) {
      case "opened":
        return this.#begin(step.opened);
      case "read":
        return this.#send(step.bytes);
      case "eased":
        return this.#next();
      case "failed":
        return this.refuse(refused("unavailable", "Cannot read this file at present"));
      default:
        return; // an upload's
    }
  }

  refuse({ code, message, retryAfter }: Refusal): undefined {
    if (this.#over) return;
    this.#end();
    const later = retryAfter === undefined ? {} : { retryAfter };
    this.#options.outbox.reply(encode({ type: "error", ...this.#id, code, message, ...later }));
  }

  drop(): undefined {
    this.#over = true;
    this.#close(this.#opened);
  }

  get #id(): Pick<Download, "id"> {
    const { id } = this.#command;
    return id === undefined ? {} : { id };
  }

  #begin(opened: Opened | undefined): undefined {
    if (opened === undefined) return this.refuse(refused("not_found", "Cannot find this file: it is not there"));
    this.#opened = opened;
    const { name, media, sha256 } = opened.file;
    const { size } = opened.reading;
    this.#options.outbox.reply(encode({ type: "file", ...this.#id, name, media, size, sha256 }));
    return this.#next();
  }

  #next(): undefined {
    if (this.#opened === undefined) return;
    const { reading } = this.#opened;
    const { outbox } = this.#options;
    if (this.#sent === reading.size) {
      this.#end();
      return outbox.reply(encode({ type: "ack", ...this.#id }));
    }
    if (outbox.loadBytes > AHEAD_BYTES) {
      const eased: ConnectionMessage = { type: "transfer", transfer: this, step: { type: "eased" } };
      return outbox.whenDrained(() => void this.#context.self.tell(eased) as undefined, AHEAD_BYTES);
    }
    this.#pieces += 1;
    if (this.#pieces % (AT_ONCE + 1) === 0) {
      return this.#context.after("transfer", 0, { type: "transfer", transfer: this, step: { type: "eased" } });
    }
    this.#await(reading.read(this.#sent, PIECE_BYTES), (bytes) => ({ type: "read", bytes }));
  }

  #send(bytes: Uint8Array): undefined {
    this.#sent += bytes.length;
    this.#options.outbox.send(bytes);
    return this.#next();
  }

  #end(): undefined {
    this.drop();
    this.#context.cancel("transfer");
    this.#options.ended();
  }

  #close(opened: Opened | undefined): undefined {
    opened?.reading.close().catch(() => undefined); // there is nothing more to be done for it
  }

  #await<T>(promise: Promise<T>, toStep: (value: T) => TransferStep): undefined {
    this.#context.pipe(
      promise,
      (value) => ({ type: "transfer", transfer: this, step: toStep(value) }),
      (error) => ({ type: "transfer", transfer: this, step: { type: "failed", error } }),
    );
  }
}
