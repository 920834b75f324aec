import * as v from "valibot";
import { fitsJson, type Json } from "../json.ts";
import { sizes } from "../limits/sizes.ts";
import { data, epoch, key, roomName, seq } from "../names.ts";
import type { Fields, Schema, SchemasOf } from "../schema.ts";
import { type Sender, sender } from "./entries.ts";

/** Values of a room's state; `null` says that a key was deleted. */
export type Values = Readonly<Record<string, Json>>;

/** What a member told the others, and nobody stores. */
export interface SignalEvent {
  readonly type: "signal";
  readonly room: string;
  readonly name: string;
  readonly data?: Json;
  readonly sender: Sender;
}

/** What changed in a room's state since the last one. */
export interface State {
  readonly type: "state";
  readonly room: string;
  readonly values: Values;
}

/** This client reads too slowly: its live delivery has paused at `seq`. */
export interface Lagged {
  readonly type: "lagged";
  readonly room: string;
  readonly seq: number;
}

/** This client has caught up, up to `seq`. */
export interface Live {
  readonly type: "live";
  readonly room: string;
  readonly seq: number;
}

/** What follows does not continue what came before: the room is to be started afresh. */
export interface Reset {
  readonly type: "reset";
  readonly room: string;
  readonly epoch: string;
  readonly seq: number;
  readonly oldest: number;
  readonly reason: "epoch" | "trimmed";
}

/** The events about what a room sends beside its entries, and how it goes. */
export type DeliveryEvent = SignalEvent | State | Lagged | Live | Reset;

const room = roomName;
const bounds = { maxBytes: sizes.stateValueBytes.value, maxLevels: sizes.dataLevels.value };

/** A schema for {@linkcode Values}; every name is a key like any other, `__proto__` too. */
export const values: Schema<Values> = v.custom<Values>(isValues);

function isValues(value: unknown): boolean {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  return Object.entries(value).every(([name, json]) => v.is(key, name) && fitsJson(json, bounds));
}

/** The schemas of the events about what a room sends beside its entries, and how it goes. */
export const deliveryEvents: SchemasOf<DeliveryEvent> = {
  signal: v.object({
    type: v.literal("signal"),
    room,
    name: key,
    data: v.exactOptional(data),
    sender,
  } satisfies Fields<SignalEvent>),
  state: v.object({ type: v.literal("state"), room, values } satisfies Fields<State>),
  lagged: v.object({ type: v.literal("lagged"), room, seq } satisfies Fields<Lagged>),
  live: v.object({ type: v.literal("live"), room, seq } satisfies Fields<Live>),
  reset: v.object({
    type: v.literal("reset"),
    room,
    epoch,
    seq,
    oldest: seq,
    reason: v.picklist(["epoch", "trimmed"]),
  } satisfies Fields<Reset>),
};
