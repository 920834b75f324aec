import type { ActorRef, Behavior, Context, Handle } from "../kernel/mod.ts";
import { type CloseName, closeCodes, encode } from "../wire/mod.ts";
import type { ConnectionsMessage } from "./connections.ts";
import type { Inlet } from "./inlet.ts";
import type { ConnectionMessage } from "./message.ts";
import type { Outbox } from "./outbox.ts";
import type { Socket } from "./socket.ts";

/** What every connection is made of, whatever it is for. */
export interface ConnectionOptions {
  readonly socket: Socket;
  readonly outbox: Outbox;
  readonly inlet: Inlet;
  readonly connections: ActorRef<ConnectionsMessage>;
  /** What it is until it closes. */
  readonly open: Behavior<ConnectionMessage>;
}

/** How long a peer may take to answer a close, in ms. */
const CLOSING_MS = 5_000;
/** How long one that has flooded is left to read its close; nothing of what it still sends is read meanwhile. */
const FLOODED_MS = 1_000;
/** How long one that is revoked is left to read its close: what it has not read by then, it is not handed any more. */
const REVOKED_MS = 750;
/** How often to look whether everything has been sent, in ms. */
const LOOK_MS = 50;

/**
 * A connection from its first message to its last: it is what `open` says until one of the two sides closes. It fails
 * only together with its socket: the peer is told 1011, and comes back.
 */
export function connection(options: ConnectionOptions): Behavior<ConnectionMessage> {
  return function connection(context: Context<ConnectionMessage>): Handle<ConnectionMessage> {
    const { outbox, connections, open } = options;
    outbox.open(
      context.self,
      context.onTurnEnd(() => outbox.flush(), "flush"),
    );
    connections.tell({ type: "entered", connection: context.self, bearer: outbox });
    const closes = new Closes(context, options);
    context.onStop(() => closes.cut());
    const handleOpen = open(context);
    return (message) => closes.handle(message, handleOpen);
  };
}

/**
 * How a connection ends, whatever it is. One object for each, of which there are many: closures would take several times
 * the memory.
 */
class Closes {
  readonly #context: Context<ConnectionMessage>;
  readonly #options: ConnectionOptions;
  #closed = false;

  constructor(context: Context<ConnectionMessage>, options: ConnectionOptions) {
    this.#context = context;
    this.#options = options;
  }

  /** Takes what is about its end; the rest is for what it is while it is open. */
  handle(message: ConnectionMessage, handleOpen: Handle<ConnectionMessage>): undefined {
    switch (message.type) {
      case "hungUp":
        this.#closed = true;
        this.#options.outbox.shut();
        this.#context.after("overdue", CLOSING_MS, { type: "overdue" });
        return handleOpen(message);
      case "closed":
        return this.#gone();
      case "end":
        return this.#end(message.close);
      case "revoked":
        return this.#end("banned", REVOKED_MS);
      case "finish":
        return this.#finish(message);
      case "drain":
        return this.#drain(message.reconnectMs);
      case "flooded":
        return this.#end("overloaded");
      case "abandon":
        // Its close stands behind all that was not read, so there is nothing to wait for.
        return this.#end("overloaded", 0);
      case "roomEnded":
        // Its members come back with what they have seen last, and are caught up.
        return this.#end("internal");
      case "overdue":
        return this.#closed ? this.#gone() : undefined; // what it had said before hanging up can't be done
      default:
        return handleOpen(message);
    }
  }

  /** The life has ended; unless the peer is gone, it failed. */
  cut(): undefined {
    const { socket, outbox, connections } = this.#options;
    connections.tell({ type: "left", connection: this.#context.self });
    outbox.shut();
    if (this.#closed) return;
    const { code, reason } = closeCodes.internal;
    socket.close(code, reason);
    socket.terminate();
  }

  #end(name: CloseName, withinMs = CLOSING_MS): undefined {
    const { inlet, outbox } = this.#options;
    // Kernels hold megabytes of a flood; reading them, up to the peer's close, would keep the others waiting.
    if (name === "flooding") inlet.stop();
    else inlet.ignore();
    outbox.close(closeCodes[name]);
    this.#context.after("overdue", name === "flooding" ? FLOODED_MS : withinMs, { type: "overdue" });
    const handle: Handle<ConnectionMessage> = (message) => this.#closing(message);
    this.#context.become(function closing() {
      return handle;
    });
  }

  /** Waits for the peer's close, or for its time to run out. */
  #closing(message: ConnectionMessage): undefined {
    if (message.type === "closed") return this.#gone();
    if (message.type !== "overdue") return;
    this.#options.socket.terminate();
    return this.#gone();
  }

  #gone(): undefined {
    this.#closed = true;
    return this.#context.stop();
  }

  #finish(message: Extract<ConnectionMessage, { readonly type: "finish" }>): undefined {
    if (this.#options.outbox.idle || this.#context.now() >= message.byMs) return this.#end("restart");
    return this.#context.after("finish", LOOK_MS, message);
  }

  #drain(reconnectMs: number): undefined {
    const { inlet, outbox } = this.#options;
    inlet.stop();
    outbox.reply(encode({ type: "draining", reconnect: reconnectMs }));
    const handle: Handle<ConnectionMessage> = (message) => this.#draining(message);
    this.#context.become(function draining() {
      return handle;
    });
  }

  /** Commands are left undone from now on, and what is under way is still answered. */
  #draining(message: ConnectionMessage): undefined {
    switch (message.type) {
      case "finish":
        return this.#finish(message);
      case "end":
        return this.#end(message.close);
      case "revoked":
        return this.#end("banned", REVOKED_MS);
      case "abandon":
        return this.#end("overloaded", 0);
      case "closed":
        return this.#gone();
      default:
        return;
    }
  }
}
