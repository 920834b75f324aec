import * as v from "valibot";
import type { Limits } from "../limits.ts";
import { type CommandId, commandId, roomName, roomPrefix, seq, text } from "../names.ts";
import type { Fields, SchemasOf } from "../schema.ts";

/** Ask for entries of a room's log: those before a place, those after one, or the newest. */
export interface History {
  readonly type: "history";
  readonly id?: CommandId;
  readonly room?: string;
  readonly before?: number;
  readonly after?: number;
  readonly limit?: number;
}

/** Ask for a page of a room's members. */
export interface Members {
  readonly type: "members";
  readonly id?: CommandId;
  readonly room?: string;
  readonly limit?: number;
  readonly cursor?: string;
}

/** Ask for a page of the rooms one may read. */
export interface RoomsQuery {
  readonly type: "rooms";
  readonly id?: CommandId;
  readonly prefix?: string;
  readonly limit?: number;
  readonly cursor?: string;
}

/** Ask for a `pong` with the last entry queued for each joined room. */
export interface Ping {
  readonly type: "ping";
  readonly id?: CommandId;
}

/** The commands that ask and change nothing. */
export type QueryCommand = History | Members | RoomsQuery | Ping;

/** The schemas of the commands that ask and change nothing. */
export function querySchemas(limits: Limits): SchemasOf<QueryCommand> {
  const id = v.exactOptional(commandId);
  const room = v.exactOptional(roomName);
  const cursor = v.exactOptional(text(1, 256));
  const page = v.exactOptional(count(limits.pageEntries));
  const place = v.exactOptional(seq);
  const history = v.object({
    type: v.literal("history"),
    id,
    room,
    before: place,
    after: place,
    limit: v.exactOptional(count(limits.historyEntries)),
  } satisfies Fields<History>);
  return {
    history: v.pipe(
      history,
      v.forward(
        v.check((query) => isOneSided(query)),
        ["after"],
      ),
    ),
    members: v.object({ type: v.literal("members"), id, room, limit: page, cursor } satisfies Fields<Members>),
    rooms: v.object({
      type: v.literal("rooms"),
      id,
      prefix: v.exactOptional(roomPrefix),
      limit: page,
      cursor,
    } satisfies Fields<RoomsQuery>),
    ping: v.object({ type: v.literal("ping"), id } satisfies Fields<Ping>),
  };
}

function isOneSided({ before, after }: History): boolean {
  return before === undefined || after === undefined;
}

function count(max: number): v.GenericSchema<unknown, number> {
  return v.pipe(v.number(), v.safeInteger(), v.minValue(1), v.maxValue(max));
}
