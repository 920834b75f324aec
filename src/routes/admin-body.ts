import type { Context } from "hono";
import * as v from "valibot";
import { type CommandType, isRoomName, reason, type Schema, seconds, seq, slow, userId } from "../actors/wire/mod.ts";
import { boundedText } from "./bounded-text.ts";
import { problem } from "./problem.ts";

/** What a request of a moderator may hold, in bytes. */
const BODY_BYTES = 4_096;

/** The acts that are done about a room by HTTP. */
export type RoomAct = Extract<CommandType, "kick" | "ban" | "unban" | "mute" | "unmute" | "redact" | "policy">;

const why = v.exactOptional(reason);
const user = userId;
const at: Schema<number> = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
/** The name of a token (RFC 7519 §4.1.7), as far as it is kept: 1 to 256 UTF-16 units. */
const token = v.pipe(v.string(), v.minLength(1), v.maxLength(256));

const sanction = v.object({ user, seconds: v.exactOptional(seconds), reason: why });
const pardon = v.object({ user, reason: why });

/** The bodies of the acts about a room. */
export const actBodies = {
  kick: sanction,
  ban: sanction,
  mute: sanction,
  unban: pardon,
  unmute: pardon,
  policy: v.object({ slow: v.exactOptional(slow), readOnly: v.exactOptional(v.boolean()), reason: why }),
  redact: v.object({ seq: v.pipe(seq, v.minValue(1)), reason: why }),
} as const;

/** The body of a revocation: of a user or of one token. */
export const revocationBody = v.pipe(
  v.object({
    user: v.exactOptional(user),
    token: v.exactOptional(token),
    until: v.exactOptional(at),
    reason: why,
  }),
  v.check(({ user: one, token: other }) => (one === undefined) !== (other === undefined), "user, or token"),
);

/** Whom the taking back of a revocation is about, in the query. */
export const revocationQuery = v.pipe(
  v.object({ user: v.exactOptional(user), token: v.exactOptional(token), reason: why }),
  v.check(({ user: one, token: other }) => (one === undefined) !== (other === undefined), "user, or token"),
);

/** A page of a list, in the query. */
export const pageQuery = v.object({
  limit: v.optional(
    v.pipe(v.string(), v.regex(/^\d{1,4}$/), v.transform(Number), v.minValue(1), v.maxValue(1_000)),
    "100",
  ),
  cursor: v.exactOptional(v.pipe(v.string(), v.minLength(1), v.maxLength(512))),
});

/** Reads a request's JSON; a problem document where it is not what it has to be, with the paths that failed. */
export async function readBody<T>(c: Context, schema: v.GenericSchema<unknown, T>): Promise<T | Response> {
  let said: unknown;
  try {
    const text = await boundedText(c.req.raw, BODY_BYTES);
    if (text === undefined) return problem(413, "Cannot read so much");
    said = JSON.parse(text);
  } catch {
    return problem(400, "Cannot read the body: it is no JSON");
  }
  if (Array.isArray(said)) return problem(400, "Cannot read the body: it is no object");
  return check(schema, said, "the body");
}

/** Reads a request's query. */
export function readQuery<T>(c: Context, schema: v.GenericSchema<unknown, T>): T | Response {
  return check(schema, c.req.query(), "the query");
}

/** The room that a request is about. */
export function roomOf(c: Context): string | Response {
  const room = c.req.param("room");
  return isRoomName(room) ? room : problem(400, "Cannot tell which room is meant: its name is none");
}

function check<T>(schema: v.GenericSchema<unknown, T>, said: unknown, what: string): T | Response {
  const { success, output, issues } = v.safeParse(schema, said);
  if (success) return output;
  const failed = issues.map((issue) => v.getDotPath(issue) ?? issue.message).join(", ");
  return problem(400, `Cannot read ${what}: see ${failed}`);
}
