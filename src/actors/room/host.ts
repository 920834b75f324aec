import type { ActorRef, Behavior, Context, Handle, Layer } from "../kernel/mod.ts";
import { restartOnFailure } from "../kernel/mod.ts";
import type { Json } from "../wire/mod.ts";
import { keeper } from "./keeper.ts";
import type { Entry, Outcome, Page, Range } from "./log.ts";
import type { RoomMessage } from "./message.ts";
import type { Records } from "./records.ts";
import type { RoomLayer, RoomScope } from "./scope.ts";
import type { SetOutcome } from "./state-writes.ts";

/** What a host is told. */
export type HostMessage =
  /** The room's log has gone on, by others' entries or its own. */
  | { readonly type: "appended"; readonly entries: readonly Entry[] }
  /** What became of something it published. */
  | { readonly type: "published"; readonly outcome: Outcome }
  /** What became of something it set. */
  | { readonly type: "stored"; readonly outcome: SetOutcome }
  /** Entries that it asked for. */
  | { readonly type: "read"; readonly page: Page }
  | { readonly type: "notRead"; readonly error: unknown }
  /** One of its own timers: `context.after("…", ms, { type: "tick" })`. */
  | { readonly type: "tick" };

/** What a host may say. */
export interface HostPost {
  readonly content: string;
  readonly data?: Json;
  /** The same key yields one entry, whichever life or node of this host says it. */
  readonly key?: string;
}

/** A room as its host sees it. */
export interface HostRoom {
  readonly name: string;
  /**
   * Appends a message in the host's name; its outcome comes as `published`.
   *
   * @throws {RangeError} where no member could say that: it is too long, say.
   */
  publish(context: Context<HostMessage>, post: HostPost): undefined;
  /**
   * Changes keys of the room's state; `null` deletes one. Its outcome comes as `stored`, with all that the state is then:
   * to set nothing is to ask for it.
   *
   * @throws {RangeError} where no member could set that.
   */
  set(context: Context<HostMessage>, values: Readonly<Record<string, Json>>): undefined;
  /** Reads up to 200 entries of the room; they come as `read`, or `notRead` where the log does not answer. */
  read(context: Context<HostMessage>, range: Range): undefined;
}

/**
 * An actor that acts for a room: a bot, a ticker, a webhook. There is one at a time in the whole cluster, under a lease in
 * `Records`; what it appends carries the lease's token, so that one which has lost its lease unawares can write no more.
 */
export interface Host {
  /** Unique among hosts; its messages come from `host:<name>`. */
  readonly name: string;
  /** Which rooms it acts for. It lives while the room does, on one of the nodes that have it open. */
  rooms(room: string): boolean;
  behavior(room: HostRoom): Behavior<HostMessage>;
}

/** What hosts are kept by. */
export interface HostingOptions {
  readonly records: Records;
  /** This node's name among those that share the records. */
  readonly node: string;
}

/** A layer that keeps the hosts of a room: it contends for their leases, and tells them what is appended. */
export function hosting(hosts: readonly Host[], { records, node }: HostingOptions): RoomLayer {
  return function hostingLayer(scope: RoomScope): Layer<RoomMessage> {
    const own = hosts.filter((host) => host.rooms(scope.name));
    return function hostingLife(context: Context<RoomMessage>, next: Handle<RoomMessage>): Handle<RoomMessage> {
      const keepers = own.map((host) => {
        const options = { host, records, node, scope, self: context.self };
        return context.spawn(keeper(options), { name: `host ${host.name}`, supervision: restartOnFailure() });
      });
      if (keepers.length > 0) scope.observers.add({ appended: (entries) => tellAll(keepers, entries) });
      return next;
    };
  };
}

function tellAll(keepers: readonly ActorRef<HostMessage>[], entries: readonly Entry[]): undefined {
  for (const ref of keepers) ref.tell({ type: "appended", entries });
}
