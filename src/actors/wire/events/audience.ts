import * as v from "valibot";
import { reason } from "../commands/authority.ts";
import { amounts } from "../limits/amounts.ts";
import { type CommandId, epoch, roomName, seq, userId } from "../names.ts";
import type { Fields, SchemasOf } from "../schema.ts";
import { type User, user } from "./connection.ts";
import { type Values, values } from "./delivery.ts";
import { at, type Entry, entries, replyId, type Sender, sender } from "./entries.ts";

/** What one may do in a room. */
export type Grant = "read" | "write" | "signal" | "set" | "upload" | "moderate";

/** Every grant. */
export const grants: readonly Grant[] = ["read", "write", "signal", "set", "upload", "moderate"];

/** One is a member of the room; `messages` ends at or before the head, `seq`, and further entries follow it. */
export interface Joined {
  readonly type: "joined";
  readonly id?: CommandId;
  readonly room: string;
  readonly epoch: string;
  readonly seq: number;
  readonly recovered?: boolean;
  readonly messages: readonly Entry[];
  readonly oldest: number;
  readonly members: readonly Sender[];
  readonly count: number;
  readonly state?: Values;
  readonly grants: readonly Grant[];
  readonly user?: User;
}

/** One is no longer a member of the room. */
export interface Left {
  readonly type: "left";
  readonly id?: CommandId;
  readonly room: string;
}

/** Who came and went since the last one, or, with `mode`, only how many there are. */
export interface Presence {
  readonly type: "presence";
  readonly room: string;
  readonly count: number;
  readonly joined?: readonly Sender[];
  readonly left?: readonly string[];
  readonly mode?: "count";
}

/** One was taken out of the room, until `until` (milliseconds since 1970) where it is known. */
export interface Kicked {
  readonly type: "kicked";
  readonly room: string;
  readonly reason?: string;
  readonly until?: number;
}

/** The events about who is in a room. */
export type AudienceEvent = Joined | Left | Presence | Kicked;

const room = roomName;
const count = seq;

/** The schemas of the events about who is in a room. */
export const audienceEvents: SchemasOf<AudienceEvent> = {
  joined: v.object({
    type: v.literal("joined"),
    id: replyId,
    room,
    epoch,
    seq,
    recovered: v.exactOptional(v.boolean()),
    messages: v.pipe(entries, v.maxLength(amounts.historyEntries.value)),
    oldest: seq,
    members: v.pipe(v.array(sender), v.maxLength(amounts.joinedMembers.value)),
    count,
    state: v.exactOptional(values),
    grants: v.array(v.picklist(grants)),
    user: v.exactOptional(user),
  } satisfies Fields<Joined>),
  left: v.object({ type: v.literal("left"), id: replyId, room } satisfies Fields<Left>),
  presence: v.object({
    type: v.literal("presence"),
    room,
    count,
    joined: v.exactOptional(v.array(sender)),
    left: v.exactOptional(v.array(userId)),
    mode: v.exactOptional(v.literal("count")),
  } satisfies Fields<Presence>),
  kicked: v.object({
    type: v.literal("kicked"),
    room,
    reason: v.exactOptional(reason),
    until: v.exactOptional(at),
  } satisfies Fields<Kicked>),
};
