import type { ActorRef, Behavior, Context, Handle } from "../kernel/mod.ts";
import type { ConnectionMessage } from "./message.ts";

/** What the registry of connections takes. */
export type ConnectionsMessage =
  | { readonly type: "entered"; readonly connection: ActorRef<ConnectionMessage> }
  | { readonly type: "left"; readonly connection: ActorRef<ConnectionMessage> }
  /** Tells every client that the server is about to end, and to come back spread over `spreadMs`. */
  | { readonly type: "drain"; readonly spreadMs: number }
  /**
   * Closes every connection (1012), those that are still being sent something once that has gone, or at `byMs`; `reply` is
   * called once the last has ended.
   */
  | { readonly type: "close"; readonly byMs: number; readonly reply: (answer: undefined) => undefined };

/** The shortest time, in ms, after which a client that was told to come back does. */
const RECONNECT_MS = 500;

/** The registry of the connections on this node. */
export function connections(): Behavior<ConnectionsMessage> {
  return function connections(context: Context<ConnectionsMessage>): Handle<ConnectionsMessage> {
    const open = new Set<ActorRef<ConnectionMessage>>();
    const waiting: ((answer: undefined) => undefined)[] = [];

    function drain(spreadMs: number): undefined {
      for (const connection of open) {
        connection.tell({ type: "drain", reconnectMs: RECONNECT_MS + Math.floor(context.random() * spreadMs) });
      }
    }

    function close(byMs: number, reply: (answer: undefined) => undefined): undefined {
      waiting.push(reply);
      for (const connection of open) connection.tell({ type: "finish", byMs });
      return settle();
    }

    function settle(): undefined {
      if (open.size > 0) return;
      for (const reply of waiting.splice(0)) reply(undefined);
    }

    return function handle(message: ConnectionsMessage): undefined {
      switch (message.type) {
        case "entered":
          open.add(message.connection);
          return;
        case "left":
          open.delete(message.connection);
          return settle();
        case "drain":
          return drain(message.spreadMs);
        case "close":
          return close(message.byMs, message.reply);
        default:
          message satisfies never;
      }
    };
  };
}
