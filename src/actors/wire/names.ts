import * as v from "valibot";
import { fitsJson, type Json, type JsonBounds } from "./json.ts";
import { sizes } from "./limits/sizes.ts";
import type { Schema } from "./schema.ts";

/** The room that a `join` without one means. */
export const DEFAULT_ROOM: string = "lobby";

/** What a room's name looks like. */
export const roomPattern: RegExp = /^[A-Za-z0-9][A-Za-z0-9._:-]{0,63}$/;

/** What a guest's name looks like. */
export const guestNamePattern: RegExp = /^[a-zA-Z0-9_]{3,20}$/;

/** What a user's id looks like: printable characters without spaces (Unicode categories Cc, Cf, Cs and Z are out). */
export const userIdPattern: RegExp = /^[^\p{Cc}\p{Cf}\p{Cs}\p{Z}]+$/u;

/** A command's `id`, which comes back on its reply: 1 to 64 UTF-16 units, or a finite number. */
export type CommandId = string | number;

/** A room's name. */
export const roomName: Schema<string> = v.pipe(v.string(), v.regex(roomPattern));

/** The start of rooms' names; an empty one is the start of all. */
export const roomPrefix: Schema<string> = v.pipe(v.string(), v.regex(/^(?:[A-Za-z0-9][A-Za-z0-9._:-]{0,63})?$/));

/** A guest's name. */
export const guestName: Schema<string> = v.pipe(v.string(), v.regex(guestNamePattern));

/** A user's id: 1 to 128 UTF-16 units. */
export const userId: Schema<string> = v.pipe(v.string(), v.maxLength(sizes.userUnits.value), v.regex(userIdPattern));

/** A well-formed text (no lone surrogate: Unicode 3.9, D84a) of `min` to `max` UTF-16 units. */
export function text(min: number, max: number): Schema<string> {
  return v.pipe(v.string(), v.minLength(min), v.maxLength(max), v.check(isWellFormed));
}

/** What a sender calls a publish, so that its repeat yields one message: 1 to 64 UTF-16 units. */
export const key: Schema<string> = text(1, sizes.keyUnits.value);

/** One life of a room's log, told apart from the others: an opaque 1 to 64 UTF-16 units. */
export const epoch: Schema<string> = text(1, sizes.keyUnits.value);

/** The `id` of a command. */
export const commandId: Schema<CommandId> = v.union([key, v.pipe(v.number(), v.finite())]);

/** A place in a room's log; 0 lies before the first entry. */
export const seq: Schema<number> = v.pipe(v.number(), v.safeInteger(), v.minValue(0));

/** What a message says, with the default bound of 1 to 1,000 UTF-16 units. */
export const content: Schema<string> = text(1, sizes.contentUnits.value);

/** Any JSON value within the bounds (bytes in UTF-8, levels in each other). */
export function json(bounds: JsonBounds): Schema<Json> {
  return v.custom<Json>((value) => fitsJson(value, bounds));
}

/** What accompanies a message, with the default bounds of 16 KiB and 32 levels. */
export const data: Schema<Json> = json({ maxBytes: sizes.dataBytes.value, maxLevels: sizes.dataLevels.value });

/** Whether a value is a room's name. */
export function isRoomName(value: unknown): value is string {
  return typeof value === "string" && roomPattern.test(value);
}

/** Whether a value is a guest's name. */
export function isGuestName(value: unknown): value is string {
  return typeof value === "string" && guestNamePattern.test(value);
}

/** Whether a value can be a command's `id`. */
export function isCommandId(value: unknown): value is CommandId {
  if (typeof value === "number") return Number.isFinite(value);
  return typeof value === "string" && value.length >= 1 && value.length <= sizes.keyUnits.value && isWellFormed(value);
}

function isWellFormed(value: string): boolean {
  return value.isWellFormed();
}
