import type { ActorRef } from "../../kernel/mod.ts";
import type { Outcome, RoomLog } from "../log.ts";
import type { RoomsMessage } from "../rooms-message.ts";
import type { AuditTrail, Deed } from "./audit-trail.ts";
import type { Actor } from "./bench.ts";
import { isWhole } from "./news.ts";

/** What messages are redacted with from outside of their rooms. */
export interface RedactingOptions {
  readonly log: RoomLog;
  readonly trail: AuditTrail;
  readonly rooms: ActorRef<RoomsMessage>;
  /** The wall clock, in ms since 1970. */
  readonly date: () => number;
}

/** What came of a redaction: its place in the log; that no such message is there; or that nobody can tell. */
export type Redacted =
  | { readonly type: "done"; readonly deed: Deed; readonly seq: number }
  | { readonly type: "missing" }
  | { readonly type: "unavailable"; readonly unknown: boolean };

/** Takes the content of a message away from outside of its room, which is opened for it if need be. */
export async function redact(
  { log, trail, rooms, date }: RedactingOptions,
  { room, target, reason }: { readonly room: string; readonly target: number; readonly reason?: string },
  { by, path }: Actor,
): Promise<Redacted> {
  const { entries } = await log.read(room, { after: target - 1 }, { count: 1, bytes: 1 });
  const [entry] = entries;
  if (entry?.seq !== target || !isWhole(entry)) return { type: "missing" };
  const why = reason === undefined ? {} : { reason };
  const deed: Deed = { at: date(), by, path, action: "redact", room, user: entry.sender.id, seq: target, ...why };
  await trail.add(deed);
  const outcome = await new Promise<Outcome>((resolve) => {
    const done = (settled: Outcome): undefined => resolve(settled) as undefined;
    const words = { sender: { id: by, name: by }, content: "", data: undefined, key: undefined, fence: undefined };
    const message = { type: "say", ...words, redacts: { target, reason }, done } as const;
    if (!rooms.tell({ type: "pass", room, message })) done({ type: "refused", reason: "unavailable" });
  });
  if (outcome.type === "appended") return { type: "done", deed, seq: outcome.entry.seq };
  if (outcome.type === "refused" && outcome.reason === "missing") return { type: "missing" };
  return { type: "unavailable", unknown: outcome.type === "unknown" };
}
