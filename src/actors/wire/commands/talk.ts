import * as v from "valibot";
import type { Json } from "../json.ts";
import type { Limits } from "../limits.ts";
import { type CommandId, commandId, epoch, guestName, json, key, roomName, seq, text } from "../names.ts";
import type { Fields, Schema, SchemasOf } from "../schema.ts";
import { values } from "./values.ts";

/** A place in one life of a room's log. */
export interface Position {
  readonly epoch: string;
  readonly seq: number;
}

/** Become a member of a room, and be sent what came after `since` or the newest `history` entries. */
export interface Join {
  readonly type: "join";
  readonly id?: CommandId;
  readonly room?: string;
  readonly username?: string;
  readonly since?: Position;
  readonly history?: number;
}

/** Stop being a member of a room, at once. */
export interface Leave {
  readonly type: "leave";
  readonly id?: CommandId;
  readonly room?: string;
}

/** Append a message to a room's log; said as `message` or `chat`. */
export interface PublishMessage {
  readonly type: "message";
  readonly id?: CommandId;
  readonly room?: string;
  readonly content: string;
  readonly data?: Json;
  readonly key?: string;
}

/** Tell a room's members something that is never stored. */
export interface Signal {
  readonly type: "signal";
  readonly id?: CommandId;
  readonly room?: string;
  readonly name: string;
  readonly data?: Json;
}

/** Change keys of a room's state; `null` deletes one. */
export interface SetState {
  readonly type: "set";
  readonly id?: CommandId;
  readonly room?: string;
  readonly values: ReadonlyMap<string, Json>;
}

/** The commands of those who take part in a room. */
export type TalkCommand = Join | Leave | PublishMessage | Signal | SetState;

/** A schema for a {@linkcode Position}. */
export const position: Schema<Position> = v.object({ epoch, seq } satisfies Fields<Position>);

/** The schemas of the commands of those who take part in a room. */
export function talkSchemas(limits: Limits): SchemasOf<TalkCommand> & { readonly chat: Schema<PublishMessage> } {
  const id = v.exactOptional(commandId);
  const room = v.exactOptional(roomName);
  const data = v.exactOptional(json({ maxBytes: limits.dataBytes, maxLevels: limits.dataLevels }));
  const history = v.pipe(v.number(), v.safeInteger(), v.minValue(0), v.maxValue(limits.historyEntries));
  const message: Schema<PublishMessage> = v.object({
    type: v.pipe(v.picklist(["message", "chat"]), v.transform(toMessage)),
    id,
    room,
    content: text(1, limits.contentUnits),
    data,
    key: v.exactOptional(key),
  } satisfies Fields<PublishMessage>);
  return {
    join: v.object({
      type: v.literal("join"),
      id,
      room,
      username: v.exactOptional(guestName),
      since: v.exactOptional(position),
      history: v.exactOptional(history),
    } satisfies Fields<Join>),
    leave: v.object({ type: v.literal("leave"), id, room } satisfies Fields<Leave>),
    message,
    chat: message,
    signal: v.object({ type: v.literal("signal"), id, room, name: key, data } satisfies Fields<Signal>),
    set: v.object({ type: v.literal("set"), id, room, values: values(limits) } satisfies Fields<SetState>),
  };
}

function toMessage(): "message" {
  return "message";
}
