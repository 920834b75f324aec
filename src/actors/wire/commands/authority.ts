import * as v from "valibot";
import { type CommandId, commandId, roomName, seq, text, userId } from "../names.ts";
import type { Fields, Schema, SchemasOf } from "../schema.ts";

/** Show who one is, or renew it. */
export interface Auth {
  readonly type: "auth";
  readonly id?: CommandId;
  readonly token: string;
}

/** Take the content of a message away. */
export interface Redact {
  readonly type: "redact";
  readonly id?: CommandId;
  readonly room?: string;
  readonly seq: number;
  readonly reason?: string;
}

/** What the commands about one user of a room have in common; `seconds` is how long it lasts. */
export interface Sanction<Type extends string> {
  readonly type: Type;
  readonly id?: CommandId;
  readonly room?: string;
  readonly user: string;
  readonly seconds?: number;
  readonly reason?: string;
}

/** Take a user out of a room; without `seconds`, joining again is allowed. */
export type Kick = Sanction<"kick">;
/** Keep a user out of a room. */
export type Ban = Sanction<"ban">;
/** Let a banned user in again. */
export type Unban = Sanction<"unban">;
/** Keep a user from speaking in a room. */
export type Mute = Sanction<"mute">;
/** Let a muted user speak again. */
export type Unmute = Sanction<"unmute">;

/** Say what holds for all who are no moderators: what is left out stays as it is. */
export interface Policy {
  readonly type: "policy";
  readonly id?: CommandId;
  readonly room?: string;
  /** The seconds that must lie between two messages of one user; 0 for none. */
  readonly slow?: number;
  /** Whether only moderators may say something. */
  readonly readOnly?: boolean;
  readonly reason?: string;
}

/** The commands about who may do what. */
export type AuthorityCommand = Auth | Redact | Kick | Ban | Unban | Mute | Unmute | Policy;

/** Why a moderator did something: 1 to 200 UTF-16 units, well-formed. */
export const reason: Schema<string> = text(1, 200);

/** A hundred years of 365 days, so that the end of a sanction is always a valid date. */
const MAX_SECONDS = 3_153_600_000;

/** A schema for how long a sanction lasts, in seconds. */
export const seconds: Schema<number> = v.pipe(v.number(), v.safeInteger(), v.minValue(1), v.maxValue(MAX_SECONDS));

/** A schema for the seconds between two messages of one user, up to a day; 0 for none. */
export const slow: Schema<number> = v.pipe(v.number(), v.safeInteger(), v.minValue(0), v.maxValue(86_400));

/** The schemas of the commands about who may do what. */
export function authoritySchemas(): SchemasOf<AuthorityCommand> {
  const id = v.exactOptional(commandId);
  const room = v.exactOptional(roomName);
  const token = v.pipe(v.string(), v.maxLength(16_384), v.regex(/^[\x21-\x7e]+$/));
  const target = v.pipe(seq, v.minValue(1));
  return {
    auth: v.object({ type: v.literal("auth"), id, token } satisfies Fields<Auth>),
    redact: v.object({
      type: v.literal("redact"),
      id,
      room,
      seq: target,
      reason: v.exactOptional(reason),
    } satisfies Fields<Redact>),
    kick: sanction("kick"),
    ban: sanction("ban"),
    unban: sanction("unban"),
    mute: sanction("mute"),
    unmute: sanction("unmute"),
    policy: v.object({
      type: v.literal("policy"),
      id,
      room,
      slow: v.exactOptional(slow),
      readOnly: v.exactOptional(v.boolean()),
      reason: v.exactOptional(reason),
    } satisfies Fields<Policy>),
  };
}

function sanction<const Type extends string>(type: Type): Schema<Sanction<Type>> {
  return v.object({
    type: v.literal(type),
    id: v.exactOptional(commandId),
    room: v.exactOptional(roomName),
    user: userId,
    seconds: v.exactOptional(seconds),
    reason: v.exactOptional(reason),
  } satisfies Fields<Sanction<Type>>);
}
