import { type ErrorCode, encode } from "../wire/mod.ts";
import type { Enter, RoomMessage } from "./message.ts";
import { wayBack } from "./way-back.ts";

/** The room has more at its door than it can take. */
export function turnAway(enter: Enter, room: string): undefined {
  return refuse(enter, room, { code: "overloaded", why: "too many are at its door", retryAfter: 1_000 });
}

/** The address of a guest has had as many rooms opened as it may. */
export function putOff(enter: Enter, room: string, retryAfter: number): undefined {
  return refuse(enter, room, {
    code: "rate_limited",
    why: "too many rooms have been opened from your address",
    retryAfter,
  });
}

/**
 * What came for a room from outside is not handed to it: the address of a guest has had as many rooms opened as it may, or
 * without `waitMs` the room has more to do than it can.
 */
export function notPassed(message: RoomMessage, room: string, waitMs?: number): undefined {
  if (message.type === "say") return message.done({ type: "refused", reason: "unavailable" });
  if (message.type !== "publish") return;
  const why = waitMs === undefined ? "it has too much to do" : "too many rooms have been opened from your address";
  const code = waitMs === undefined ? "overloaded" : "rate_limited";
  const error = { type: "error", room, code, message: `Cannot publish in ${room}: ${why}` } as const;
  wayBack(message)(encode({ ...error, retryAfter: waitMs ?? 1_000 }));
}

function refuse(
  { listener, answer, id }: Enter,
  room: string,
  { code, why, retryAfter }: { readonly code: ErrorCode; readonly why: string; readonly retryAfter: number },
): undefined {
  const about = { ...(id !== undefined && { id }), room };
  answer(encode({ type: "error", ...about, code, message: `Cannot join ${room}: ${why}`, retryAfter }));
  listener.inform({ type: "turnedAway", room });
}
