import * as v from "valibot";
import { fileName, mediaType } from "../commands/files.ts";
import { amounts } from "../limits/amounts.ts";
import { type CommandId, epoch, roomName, seq, text } from "../names.ts";
import type { Fields, SchemasOf } from "../schema.ts";
import { at, type Entry, entries, place, replyId, type Sender, sender } from "./entries.ts";

/** What was asked is done; a publish says where it stands, an `auth` until when (milliseconds since 1970) it counts. */
export interface Ack {
  readonly type: "ack";
  readonly id?: CommandId;
  readonly room?: string;
  readonly seq?: number;
  readonly duplicate?: true;
  readonly expires?: number;
}

/** Entries of a room's log, ascending; `more` says whether there are further ones in the direction asked for. */
export interface HistoryEvent {
  readonly type: "history";
  readonly id?: CommandId;
  readonly room: string;
  readonly epoch: string;
  readonly messages: readonly Entry[];
  readonly more: boolean;
  readonly oldest: number;
}

/** A page of a room's members, and a cursor where there are more. */
export interface MembersEvent {
  readonly type: "members";
  readonly id?: CommandId;
  readonly room: string;
  readonly count: number;
  readonly members: readonly Sender[];
  readonly cursor?: string;
}

/** A room and how many members it has. */
export interface RoomCount {
  readonly room: string;
  readonly count: number;
}

/** A page of the rooms one may read, and a cursor where there are more. */
export interface RoomsEvent {
  readonly type: "rooms";
  readonly id?: CommandId;
  readonly rooms: readonly RoomCount[];
  readonly cursor?: string;
}

/** An upload may begin, never more than `window` bytes beyond the last `progress`. */
export interface Ready {
  readonly type: "ready";
  readonly id?: CommandId;
  readonly window: number;
}

/** How many bytes of an upload were received. */
export interface Progress {
  readonly type: "progress";
  readonly id?: CommandId;
  readonly received: number;
}

/** A download begins: `size` bytes follow in binary frames; `sha256` is in lower-case hexadecimal. */
export interface FileEvent {
  readonly type: "file";
  readonly id?: CommandId;
  readonly name: string;
  readonly media: string;
  readonly size: number;
  readonly sha256: string;
}

/** The events that answer one command, beside `joined`, `left`, `pong` and `error`. */
export type ReplyEvent = Ack | HistoryEvent | MembersEvent | RoomsEvent | Ready | Progress | FileEvent;

const id = replyId;
const cursor = v.exactOptional(text(1, 256));

/** The schemas of the events that answer one command. */
export const replyEvents: SchemasOf<ReplyEvent> = {
  ack: v.object({
    type: v.literal("ack"),
    id,
    room: v.exactOptional(roomName),
    seq: v.exactOptional(place),
    duplicate: v.exactOptional(v.literal(true)),
    expires: v.exactOptional(at),
  } satisfies Fields<Ack>),
  history: v.object({
    type: v.literal("history"),
    id,
    room: roomName,
    epoch,
    messages: v.pipe(entries, v.maxLength(amounts.historyEntries.value)),
    more: v.boolean(),
    oldest: seq,
  } satisfies Fields<HistoryEvent>),
  members: v.object({
    type: v.literal("members"),
    id,
    room: roomName,
    count: seq,
    members: v.array(sender),
    cursor,
  } satisfies Fields<MembersEvent>),
  rooms: v.object({
    type: v.literal("rooms"),
    id,
    rooms: v.array(v.object({ room: roomName, count: seq } satisfies Fields<RoomCount>)),
    cursor,
  } satisfies Fields<RoomsEvent>),
  ready: v.object({ type: v.literal("ready"), id, window: place } satisfies Fields<Ready>),
  progress: v.object({ type: v.literal("progress"), id, received: seq } satisfies Fields<Progress>),
  file: v.object({
    type: v.literal("file"),
    id,
    name: fileName,
    media: mediaType,
    size: seq,
    sha256: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)),
  } satisfies Fields<FileEvent>),
};
