import * as v from "valibot";
import type { Limits } from "../limits.ts";
import { type CommandId, commandId, key, roomName, seq, text } from "../names.ts";
import type { Fields, Schema, SchemasOf } from "../schema.ts";

/** Publish a message with a file, whose `size` bytes follow in binary frames. */
export interface Upload {
  readonly type: "upload";
  readonly id?: CommandId;
  readonly room?: string;
  readonly name: string;
  readonly media: string;
  readonly size: number;
  readonly content?: string;
  readonly key?: string;
}

/** Ask for a file's bytes in binary frames. */
export interface Download {
  readonly type: "download";
  readonly id?: CommandId;
  readonly file: string;
}

/** End the upload or download under way. */
export interface Cancel {
  readonly type: "cancel";
  readonly id?: CommandId;
}

/** The commands about files. */
export type FileCommand = Upload | Download | Cancel;

/** A file's label: 1 to 255 UTF-16 units without control characters, never a path to anything. */
export const fileName: Schema<string> = v.pipe(text(1, 255), v.regex(/^\P{Cc}+$/u));

/** A media type without parameters (RFC 6838, section 4.2). */
export const mediaType: Schema<string> = v.pipe(
  v.string(),
  v.regex(/^[A-Za-z0-9][A-Za-z0-9!#$&^_.+-]{0,126}\/[A-Za-z0-9][A-Za-z0-9!#$&^_.+-]{0,126}$/),
);

/** The schemas of the commands about files; a `size` past what is allowed is a matter of `too_large`, not of these. */
export function fileSchemas(limits: Limits): SchemasOf<FileCommand> {
  const id = v.exactOptional(commandId);
  return {
    upload: v.object({
      type: v.literal("upload"),
      id,
      room: v.exactOptional(roomName),
      name: fileName,
      media: mediaType,
      size: seq,
      content: v.exactOptional(text(1, limits.contentUnits)),
      key: v.exactOptional(key),
    } satisfies Fields<Upload>),
    download: v.object({ type: v.literal("download"), id, file: key } satisfies Fields<Download>),
    cancel: v.object({ type: v.literal("cancel"), id } satisfies Fields<Cancel>),
  };
}
