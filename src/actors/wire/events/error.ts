import * as v from "valibot";
import type { CommandId } from "../names.ts";
import type { Fields, Schema } from "../schema.ts";
import { span } from "./connection.ts";
import { replyId } from "./entries.ts";

/** Every code of an error, for programs. */
export const errorCodes = [
  "bad_json",
  "bad_command",
  "unknown_type",
  "not_joined",
  "already_joined",
  "unauthorized",
  "forbidden",
  "not_found",
  "too_large",
  "rate_limited",
  "muted",
  "banned",
  "room_full",
  "overloaded",
  "unavailable",
  "internal",
] as const;

/** The code of an error, for programs. */
export type ErrorCode = (typeof errorCodes)[number];

/**
 * A command was not done; `retryAfter` is in milliseconds, `issues` are the paths that failed, and `unknown` says that
 * the outcome is not known. `room` is the one asked for, also where it is not a room's name.
 */
export interface ErrorEvent {
  readonly type: "error";
  readonly id?: CommandId;
  readonly room?: string;
  readonly code: ErrorCode;
  readonly message: string;
  readonly retryAfter?: number;
  readonly issues?: readonly string[];
  readonly unknown?: true;
}

/** A schema for an {@linkcode ErrorEvent}. */
export const error: Schema<ErrorEvent> = v.object({
  type: v.literal("error"),
  id: replyId,
  room: v.exactOptional(v.string()),
  code: v.picklist(errorCodes),
  message: v.pipe(v.string(), v.nonEmpty()),
  retryAfter: v.exactOptional(span),
  issues: v.exactOptional(v.array(v.string())),
  unknown: v.exactOptional(v.literal(true)),
} satisfies Fields<ErrorEvent>);
