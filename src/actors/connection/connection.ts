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
/** How often to look whether everything has been sent, in ms. */
const LOOK_MS = 50;

/**
 * A connection from its first message to its last: it is what `open` says until one of the two sides closes. It fails
 * only together with its socket: the peer is told 1011, and comes back.
 */
export function connection(options: ConnectionOptions): Behavior<ConnectionMessage> {
  const { socket, outbox, inlet, connections, open } = options;
  // Known in the actor tree by what it is while it is open.
  return Object.defineProperty(life, "name", { value: open.name });

  function life(context: Context<ConnectionMessage>): Handle<ConnectionMessage> {
    let closed = false;
    outbox.open(
      context.self,
      context.onTurnEnd(() => outbox.flush(), "flush"),
    );
    connections.tell({ type: "entered", connection: context.self, bearer: outbox });
    context.onStop(function cut(): undefined {
      connections.tell({ type: "left", connection: context.self });
      outbox.shut();
      if (closed) return;
      const { code, reason } = closeCodes.internal;
      socket.close(code, reason);
      socket.terminate();
    });

    function end(name: CloseName, withinMs = CLOSING_MS): undefined {
      inlet.ignore();
      outbox.close(closeCodes[name]);
      context.after("overdue", name === "flooding" ? FLOODED_MS : withinMs, { type: "overdue" });
      // Once the close is written: kernels hold megabytes of a flood, and reading them would keep the others waiting.
      if (name === "flooding") context.after("hush", 0, { type: "hush" });
      context.become(closing);
    }

    /** Waits for the peer's close, or for its time to run out. */
    function closing(): Handle<ConnectionMessage> {
      return function handle(message: ConnectionMessage): undefined {
        if (message.type === "closed") return gone();
        if (message.type === "hush") inlet.stop();
        if (message.type !== "overdue") return;
        socket.terminate();
        gone();
      };
    }

    function gone(): undefined {
      closed = true;
      context.stop();
    }

    function finish(message: Extract<ConnectionMessage, { readonly type: "finish" }>): undefined {
      if (outbox.idle || context.now() >= message.byMs) return end("restart");
      context.after("finish", LOOK_MS, message);
    }

    function drain(reconnectMs: number): undefined {
      inlet.stop();
      outbox.reply(encode({ type: "draining", reconnect: reconnectMs }));
      context.become(draining);
    }

    /** Commands are left undone from now on, and what is under way is still answered. */
    function draining(): Handle<ConnectionMessage> {
      return function handle(message: ConnectionMessage): undefined {
        if (message.type === "finish") return finish(message);
        if (message.type === "end") return end(message.close);
        if (message.type === "revoked") return end("banned");
        if (message.type === "abandon") return end("overloaded", 0);
        if (message.type === "closed") return gone();
      };
    }

    const handleOpen = open(context);
    return function handle(message: ConnectionMessage): undefined {
      switch (message.type) {
        case "hungUp":
          closed = true;
          outbox.shut();
          context.after("overdue", CLOSING_MS, { type: "overdue" });
          return handleOpen(message);
        case "closed":
          return gone();
        case "end":
          return end(message.close);
        case "revoked":
          return end("banned");
        case "finish":
          return finish(message);
        case "drain":
          return drain(message.reconnectMs);
        case "flooded":
          return end("overloaded");
        case "abandon":
          // Its close stands behind all that was not read, so there is nothing to wait for.
          return end("overloaded", 0);
        case "roomEnded":
          // Its members come back with what they have seen last, and are caught up.
          return end("internal");
        case "overdue":
          return closed ? gone() : undefined; // what it had said before hanging up can't be done
        default:
          return handleOpen(message);
      }
    };
  }
}
