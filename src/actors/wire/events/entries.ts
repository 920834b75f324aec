import * as v from "valibot";
import { reason } from "../commands/authority.ts";
import { fileName, mediaType } from "../commands/files.ts";
import type { Json } from "../json.ts";
import { type CommandId, commandId, content, data, key, roomName, seq, userId } from "../names.ts";
import type { Fields, Schema } from "../schema.ts";

/** A user as others see it. */
export interface Sender {
  readonly id: string;
  readonly name: string;
}

/** A file that came with a message; `size` in bytes, `sha256` in lower-case hexadecimal. */
export interface Attachment {
  readonly file: string;
  readonly name: string;
  readonly media: string;
  readonly size: number;
  readonly sha256: string;
  readonly url: string;
}

/** A message of a room; `at` is in milliseconds since 1970. */
export interface Message {
  readonly type: "message";
  readonly room: string;
  readonly seq: number;
  readonly sender: Sender;
  readonly content: string;
  readonly data?: Json;
  readonly attachment?: Attachment;
  readonly key?: string;
  readonly redacted?: never;
  readonly at: number;
}

/** What is left of a message whose content was taken away. */
export interface Tombstone {
  readonly type: "message";
  readonly room: string;
  readonly seq: number;
  readonly sender: Sender;
  readonly content?: never;
  readonly redacted: true;
  readonly at: number;
}

/** The message at `target` lost its content; this has its own `seq` in the log. */
export interface Redacted {
  readonly type: "redacted";
  readonly room: string;
  readonly seq: number;
  readonly target: number;
  readonly by: string;
  readonly reason?: string;
  readonly at: number;
}

/** One entry of a room's log, as the event it is. */
export type Entry = Message | Tombstone | Redacted;

/** A schema for a place in a log that an entry has: 1 or more. */
export const place: Schema<number> = v.pipe(seq, v.minValue(1));

/** A schema for a point in time, in milliseconds since 1970. */
export const at: Schema<number> = v.pipe(v.number(), v.safeInteger());

/** A schema for a {@linkcode Sender}. */
export const sender: Schema<Sender> = v.object({ id: userId, name: v.string() } satisfies Fields<Sender>);

/** A schema for the `id` of a reply. */
export const replyId: v.ExactOptionalSchema<Schema<CommandId>, undefined> = v.exactOptional(commandId);

const attachment: Schema<Attachment> = v.object({
  file: key,
  name: fileName,
  media: mediaType,
  size: seq,
  sha256: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)),
  url: v.string(),
} satisfies Fields<Attachment>);

const absent = v.exactOptional(v.never());

const whole: Schema<Message> = v.object({
  type: v.literal("message"),
  room: roomName,
  seq: place,
  sender,
  content,
  data: v.exactOptional(data),
  attachment: v.exactOptional(attachment),
  key: v.exactOptional(key),
  redacted: absent,
  at,
} satisfies Fields<Message>);

const tombstone: Schema<Tombstone> = v.object({
  type: v.literal("message"),
  room: roomName,
  seq: place,
  sender,
  content: absent,
  redacted: v.literal(true),
  at,
} satisfies Fields<Tombstone>);

/** A schema for a message, whole or redacted. */
export const message: Schema<Message | Tombstone> = v.union([tombstone, whole]);

/** A schema for a {@linkcode Redacted}. */
export const redacted: Schema<Redacted> = v.object({
  type: v.literal("redacted"),
  room: roomName,
  seq: place,
  target: place,
  by: userId,
  reason: v.exactOptional(reason),
  at,
} satisfies Fields<Redacted>);

/** A schema for consecutive entries: each `seq` is the one before plus one. */
export const entries: Schema<readonly Entry[]> = v.pipe(
  v.array(v.union([message, redacted])),
  v.check((list) => isConsecutive(list)),
);

function isConsecutive(list: readonly Entry[]): boolean {
  return list.every((entry, index) => index === 0 || entry.seq === (list[index - 1]?.seq ?? 0) + 1);
}
