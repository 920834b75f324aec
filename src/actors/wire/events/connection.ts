import * as v from "valibot";
import { type Announced, isAnnounced } from "../announced.ts";
import { type Position, position } from "../commands/talk.ts";
import { type CommandId, isRoomName, userId } from "../names.ts";
import type { Fields, Schema, SchemasOf } from "../schema.ts";
import { type Subprotocol, subprotocols } from "../subprotocol.ts";
import { at, replyId, type Sender } from "./entries.ts";

/** Who a connection speaks for. */
export interface User extends Sender {
  readonly guest: boolean;
}

/** The first event on a connection; `heartbeat` is in milliseconds. */
export interface Welcome {
  readonly type: "welcome";
  readonly protocol: Subprotocol;
  readonly connection: string;
  readonly user: User;
  readonly server: string;
  readonly heartbeat: number;
  readonly limits: Announced;
}

/** The credentials end at `at` (milliseconds since 1970). */
export interface Expiring {
  readonly type: "expiring";
  readonly at: number;
}

/** The server is about to close; wait `reconnect` milliseconds after that before coming back. */
export interface Draining {
  readonly type: "draining";
  readonly reconnect: number;
}

/** The answer to a `ping`: for each joined room the last entry queued before it. */
export interface Pong {
  readonly type: "pong";
  readonly id?: CommandId;
  readonly heads: Readonly<Record<string, Position>>;
}

/** The events that concern a connection and no single room. */
export type ConnectionEvent = Welcome | Expiring | Draining | Pong;

/** A schema for a {@linkcode User}. */
export const user: Schema<User> = v.object({ id: userId, name: v.string(), guest: v.boolean() } satisfies Fields<User>);

/** A schema for a span of time in milliseconds. */
export const span: Schema<number> = v.pipe(v.number(), v.safeInteger(), v.minValue(0));

// Not `v.record`: it passes over a room called `constructor`.
function isHeads(value: unknown): boolean {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  return Object.entries(value).every(([room, head]) => isRoomName(room) && v.is(position, head));
}

/** The schemas of the events that concern a connection and no single room. */
export const connectionEvents: SchemasOf<ConnectionEvent> = {
  welcome: v.object({
    type: v.literal("welcome"),
    protocol: v.picklist(Object.values(subprotocols)),
    connection: v.pipe(v.string(), v.nonEmpty()),
    user,
    server: v.pipe(v.string(), v.nonEmpty()),
    heartbeat: span,
    limits: v.custom<Announced>(isAnnounced),
  } satisfies Fields<Welcome>),
  expiring: v.object({ type: v.literal("expiring"), at } satisfies Fields<Expiring>),
  draining: v.object({ type: v.literal("draining"), reconnect: span } satisfies Fields<Draining>),
  pong: v.object({
    type: v.literal("pong"),
    id: replyId,
    heads: v.custom<Pong["heads"]>(isHeads),
  } satisfies Fields<Pong>),
};
