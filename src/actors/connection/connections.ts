import type { ActorRef, Behavior, Context, Handle } from "../kernel/mod.ts";
import type { Revoke } from "../room/mod.ts";
import type { User } from "../wire/mod.ts";
import type { ConnectionMessage } from "./message.ts";
import type { Pass } from "./pass.ts";

/** Who a connection speaks for, as things stand. */
export interface Bearer {
  readonly user: User;
  readonly pass: Pass | undefined;
}

/** What the registry of connections takes. */
export type ConnectionsMessage =
  | { readonly type: "entered"; readonly connection: ActorRef<ConnectionMessage>; readonly bearer: Bearer }
  | { readonly type: "left"; readonly connection: ActorRef<ConnectionMessage> }
  /** A user, or a single token, is not let in any more: what is open of it is closed (4403). */
  | Revoke
  /** What a user may do has changed, or what all may: it is asked for anew. */
  | { readonly type: "regrant"; readonly user: string | undefined }
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
    const open = new Map<ActorRef<ConnectionMessage>, Bearer>();
    const waiting: ((answer: undefined) => undefined)[] = [];

    function drain(spreadMs: number): undefined {
      for (const connection of open.keys()) {
        connection.tell({ type: "drain", reconnectMs: RECONNECT_MS + Math.floor(context.random() * spreadMs) });
      }
    }

    function close(byMs: number, reply: (answer: undefined) => undefined): undefined {
      waiting.push(reply);
      for (const connection of open.keys()) connection.tell({ type: "finish", byMs });
      return settle();
    }

    function revoke({ user, token }: Revoke): undefined {
      for (const [connection, bearer] of open) {
        const named = user !== undefined && bearer.user.id === user;
        const held = token !== undefined && bearer.pass?.token === token;
        if (named || held) connection.tell({ type: "revoked" });
      }
    }

    function regrant(user: string | undefined): undefined {
      for (const [connection, bearer] of open) {
        if (user === undefined || bearer.user.id === user) connection.tell({ type: "regrant" });
      }
    }

    function settle(): undefined {
      if (open.size > 0) return;
      for (const reply of waiting.splice(0)) reply(undefined);
    }

    return function handle(message: ConnectionsMessage): undefined {
      switch (message.type) {
        case "entered":
          open.set(message.connection, message.bearer);
          return;
        case "left":
          open.delete(message.connection);
          return settle();
        case "revoke":
          return revoke(message);
        case "regrant":
          return regrant(message.user);
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
