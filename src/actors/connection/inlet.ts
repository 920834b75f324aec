import type { ActorRef } from "../kernel/mod.ts";
import { closeCodes } from "../wire/mod.ts";
import type { ConnectionMessage } from "./message.ts";
import type { Socket, SocketEvents } from "./socket.ts";

/** Past these, the peer is not read from until half of them has been handled. */
const WAITING = { messages: 128, bytes: 256 * 1024 };

/**
 * `open`: what comes is told to the connection; `paused`: so much waits there that nothing is read for now; `deaf`: what
 * comes is nobody's any more, and is read all the same, since the peer's close stands behind it; `shut`: nothing is read.
 */
type Phase = "open" | "paused" | "deaf" | "shut";

/**
 * Where a peer's messages come in. It counts what waits in the connection's mailbox and stops reading from the peer while
 * that is much; a runtime that cannot stop has its mailbox fill up, and the connection is closed.
 */
export class Inlet implements SocketEvents {
  readonly #socket: Socket;
  #connection: ActorRef<ConnectionMessage> | undefined;
  #phase: Phase = "open";
  #messages = 0;
  #bytes = 0;

  constructor(socket: Socket) {
    this.#socket = socket;
  }

  /** Whether what the peer says is to be done, that which waits already included. */
  get heeds(): boolean {
    return this.#phase === "open" || this.#phase === "paused";
  }

  /** From here on, what comes in is told to a connection. */
  open(connection: ActorRef<ConnectionMessage>): void {
    this.#connection = connection;
  }

  /** Reads nothing more, where the runtime can: what comes from now on is left undone, and should cost nothing. */
  stop(): void {
    this.#phase = "shut";
    this.#socket.pause();
  }

  /**
   * What comes from now on is left undone; it is read all the same, since the peer's close stands behind it: a socket that
   * is not read never brings that.
   */
  ignore(): void {
    const reads = this.#phase === "open" || this.#phase === "deaf";
    this.#phase = "deaf";
    if (!reads) this.#socket.resume();
  }

  /** The connection has taken a message out of its mailbox. */
  taken(bytes: number): void {
    this.#messages -= 1;
    this.#bytes -= bytes;
    if (this.#phase !== "paused" || this.#messages * 2 > WAITING.messages || this.#bytes * 2 > WAITING.bytes) return;
    this.#phase = "open";
    this.#socket.resume();
  }

  received(data: string | Uint8Array): void {
    if (!this.heeds) return;
    if (this.#connection?.tell({ type: "received", data }) !== true) return this.#overrun();
    this.#messages += 1;
    this.#bytes += data.length;
    if (this.#phase === "paused" || (this.#messages < WAITING.messages && this.#bytes < WAITING.bytes)) return;
    if (this.#socket.pause()) this.#phase = "paused";
  }

  /** Closes at once: a runtime that cannot stop reading may have hundreds of thousands of messages before the next turn. */
  #overrun(): void {
    this.#phase = "shut";
    this.#connection?.tell({ type: "flooded" });
    this.#socket.close(closeCodes.overloaded.code, closeCodes.overloaded.reason);
  }

  alive(): void {
    this.#connection?.tell({ type: "alive" });
  }

  drained(): void {
    this.#connection?.tell({ type: "drained" });
  }

  closed(code: number): void {
    this.#connection?.tell({ type: "hungUp" });
    this.#connection?.tell({ type: "closed", code });
  }
}
