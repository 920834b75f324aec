import type { ActorRef } from "../kernel/mod.ts";
import type { Listener, SeatNews } from "../room/mod.ts";
import { type CloseCode, type Format, Frames, type Grant, type User } from "../wire/mod.ts";
import type { ConnectionMessage } from "./message.ts";
import type { Outbound } from "./outbound.ts";
import type { Pass } from "./pass.ts";
import type { Socket } from "./socket.ts";
import { type Part, payloadBytes, writeMixed } from "./writing.ts";

/** What an outbox is made of. */
export interface OutboxOptions {
  readonly user: User;
  readonly format: Format;
  /** What may be queued for this connection, what the runtime still holds included. */
  readonly budgetBytes: number;
  /** The budget of all connections together. */
  readonly outbound: Outbound;
}

/** Who says what a connection may do in a room. */
export interface Grantor {
  grants(room: string): readonly Grant[];
}

const GUEST_GRANTS: readonly Grant[] = ["read", "write", "signal", "upload"];
/** What every guest may. */
const FOR_GUESTS: Grantor = { grants: () => GUEST_GRANTS };

/**
 * What a connection is to be sent: queued within a turn, and written once at its end, under one budget of bytes.
 *
 * The budget counts what is queued here, what the runtime still holds and replies that are on their way. Rooms' live
 * delivery is refused past it, and its cursors lag; replies are always taken, and past it no more is read from the peer.
 */
export class Outbox implements Listener {
  readonly #socket: Socket;
  readonly #format: Format;
  readonly #budgetBytes: number;
  readonly #outbound: Outbound;
  #connection: ActorRef<ConnectionMessage> | undefined;
  #requestFlush: (() => undefined) | undefined;
  #parts: Part[] = [];
  /** Replies since the last part, not framed yet. */
  #replies: string[] | undefined;
  /** Whether there are bytes among the parts. */
  #mixed = false;
  #bytes = 0;
  #promisedBytes = 0;
  #waiting: readonly Waiting[] = NOBODY;
  #close: CloseCode | undefined;
  #shut = false;
  #bufferedThen = 0;
  /** Grows whenever the runtime is seen to have got rid of something: the peer's end takes it. */
  progress = 0;
  /** What was last said to be held here, to the budget of all. */
  notedBytes = 0;
  /** Who says what the connection may do; until somebody does, it may what every guest may. */
  grantor: Grantor = FOR_GUESTS;
  /** By what it is there, once somebody is let in. */
  pass: Pass | undefined;
  /** Who the connection speaks for; a guest may still choose a name until it first joins. */
  user: User;

  constructor(socket: Socket, { user, format, budgetBytes, outbound }: OutboxOptions) {
    this.#socket = socket;
    this.#format = format;
    this.#budgetBytes = budgetBytes;
    this.#outbound = outbound;
    this.user = user;
  }

  /** From here on, `flush` is requested once for each turn that queues something. */
  open(connection: ActorRef<ConnectionMessage>, requestFlush: () => undefined): undefined {
    this.#connection = connection;
    this.#requestFlush = requestFlush;
  }

  /** What the connection may do in a room; renewed credentials may change it. */
  grants(room: string): readonly Grant[] {
    return this.grantor.grants(room);
  }

  get token(): string | undefined {
    return this.pass?.token;
  }

  /** All that counts against the budget. */
  get loadBytes(): number {
    // What the runtime does not hold after a write it does not hold before the next.
    return this.#bytes + this.#promisedBytes + (this.#bufferedThen === 0 ? 0 : this.#socket.bufferedBytes);
  }

  /** Whether nothing is on its way, and nobody waits for room. */
  get idle(): boolean {
    return this.loadBytes === 0 && this.#waiting.length === 0;
  }

  get full(): boolean {
    return !this.#shut && this.loadBytes >= this.#budgetBytes;
  }

  offer(frames: Frames): boolean {
    if (this.#shut) return true;
    // One event that is more than the whole budget goes when there is nothing else, or it would never go.
    const { loadBytes } = this;
    const alone = loadBytes === 0 && frames.texts.length === 1;
    if (!alone && loadBytes + frames.bytes > this.#budgetBytes) return false;
    this.#seal();
    this.#push(frames, frames.bytes);
    return true;
  }

  reply(text: string): undefined {
    if (this.#shut) return;
    // Counted by UTF-16 units until it is framed, at the end of the turn at the latest.
    if (this.#replies === undefined) this.#replies = [text];
    else this.#replies.push(text);
    this.#bytes += text.length;
    this.#requestFlush?.();
  }

  /** Queues bytes as a binary message, behind what was queued before. */
  send(bytes: Uint8Array): undefined {
    if (this.#shut) return;
    this.#seal();
    this.#mixed = true;
    this.#push(bytes, bytes.length);
  }

  /** Has `run` called once, when no more than `downToBytes` of the budget are in use: half of it, when left out. */
  whenDrained(run: () => undefined, downToBytes: number = this.#budgetBytes / 2): undefined {
    this.#waiting = [...this.#waiting, { run, downToBytes }];
    this.#requestFlush?.();
  }

  /** Sets bytes of the budget aside for a reply that is still to be made; the answer takes it, and gives them back. */
  promise(bytes: number): (text: string) => undefined {
    this.#promisedBytes += bytes;
    let due = true;
    return (text) => {
      if (!due) return;
      due = false;
      this.#promisedBytes -= bytes;
      this.reply(text);
    };
  }

  inform(news: SeatNews): undefined {
    this.#connection?.tell(news);
  }

  /** Closes once everything queued has been written; nothing is taken from now on. */
  close(close: CloseCode): undefined {
    if (this.#shut) return;
    this.#shut = true;
    this.#close = close;
    this.#outbound.counters.closes(close.code);
    this.#requestFlush?.();
  }

  /** Has the connection closed without what is still queued here: there is too much of it. */
  abandon(): undefined {
    this.#note(0);
    if (this.#shut) return;
    this.#parts = [];
    this.#replies = undefined;
    this.#bytes = 0;
    this.#connection?.tell({ type: "abandon" });
  }

  /** The connection is gone: nothing is written any more, and nobody waits for room. */
  shut(): undefined {
    this.#shut = true;
    this.#parts = [];
    this.#replies = undefined;
    this.#waiting = NOBODY;
    this.#close = undefined;
    this.#note(0);
  }

  /** Writes what the turn has queued, and tells those who wait for room when there is. */
  flush(): undefined {
    let held: number | undefined;
    this.#seal();
    this.#bytes = 0;
    if (this.#parts.length > 0) {
      if (this.#bufferedThen > 0) this.sample();
      this.#outbound.counters.sentBytes += payloadBytes(this.#parts);
      if (this.#mixed) writeMixed(this.#socket, this.#parts, this.#format);
      else this.#socket.send(this.#parts as Frames[], this.#format);
      this.#parts.length = 0;
      this.#mixed = false;
      this.#bufferedThen = this.#socket.bufferedBytes;
      held = this.#bufferedThen;
    }
    if (this.#close !== undefined) {
      this.#socket.close(this.#close.code, this.#close.reason);
      this.#close = undefined;
    }
    this.ease(held);
  }

  /** Looks whether what the runtime holds has become less since it was looked at last. */
  sample(): undefined {
    const { bufferedBytes } = this.#socket;
    if (bufferedBytes < this.#bufferedThen) this.progress += 1;
    this.#bufferedThen = bufferedBytes;
  }

  /** Takes note of what has left the runtime, and tells those who wait for room where there is. */
  ease(held: number = this.#bufferedThen === 0 ? 0 : this.#socket.bufferedBytes): undefined {
    this.#note(this.#shut ? 0 : held);
    if (this.#waiting.length === 0) return;
    const { loadBytes } = this;
    const eased = this.#waiting.filter(({ downToBytes }) => loadBytes <= downToBytes);
    if (eased.length > 0) this.#waiting = this.#waiting.filter(({ downToBytes }) => loadBytes > downToBytes);
    if (this.#waiting.length > 0) this.#socket.awaitDrain();
    for (const { run } of eased) run();
  }

  #note(bytes: number): undefined {
    if (bytes === this.notedBytes) return;
    const before = this.notedBytes;
    this.notedBytes = bytes;
    this.#outbound.note(this, { bytes, before });
  }

  #seal(): undefined {
    const replies = this.#replies;
    if (replies === undefined) return;
    this.#replies = undefined;
    for (const text of replies) this.#bytes -= text.length;
    const frames = new Frames(replies);
    this.#push(frames, frames.bytes);
  }

  #push(part: Part, bytes: number): undefined {
    this.#parts.push(part);
    this.#bytes += bytes;
    this.#requestFlush?.();
  }
}

const NOBODY: readonly Waiting[] = [];

interface Waiting {
  readonly run: () => undefined;
  readonly downToBytes: number;
}
