import type { Limits } from "../../wire/mod.ts";
import type { RoomLog } from "../log.ts";
import type { Records } from "../records.ts";
import type { AuditTrail, Deed, Path } from "./audit-trail.ts";
import { Register, type Update } from "./register.ts";
import { asJson, POLICY, type RoomPolicy, type Sanction, type SanctionKind, sanctionName } from "./sanction.ts";

/** What may be done about a user of a room. */
export type Act =
  | {
      readonly type: SanctionKind;
      readonly user: string;
      readonly seconds?: number;
      readonly reason?: string;
    }
  | { readonly type: "unban" | "unmute"; readonly user: string; readonly reason?: string }
  | ({ readonly type: "policy"; readonly reason?: string } & RoomPolicy);

/** Who does something, and how. */
export interface Actor {
  readonly by: string;
  readonly path: Path;
}

/** What acts are done with. */
export interface BenchOptions {
  readonly records: Records;
  readonly log: RoomLog;
  readonly trail: AuditTrail;
  /** The wall clock, in ms since 1970. */
  readonly date: () => number;
  readonly limits: Limits;
}

/** What came of an act: it holds everywhere, or there are as many of its kind as there may be. */
export type Verdict = { readonly type: "done"; readonly deed: Deed } | { readonly type: "full" };

/** A kick without a time only has to be heard of; its record lasts for so long. */
const KICK_MS = 60_000;

/** The key under which a room's sanctions and policy are kept, and are watched. */
export function topicOf(room: string): string {
  return `moderation ${room}`;
}

/**
 * Does what moderators decide about rooms, whether or not a room is open here. Once it has answered, it holds: the records
 * have it, and the log refuses whatever was allowed before.
 */
export class Bench {
  readonly #options: BenchOptions;

  constructor(options: BenchOptions) {
    this.#options = options;
  }

  /** Does it, and answers once it holds on every node that is to say anything more in the room. */
  async do(room: string, act: Act, { by, path }: Actor): Promise<Verdict> {
    const { records, log, trail, date, limits } = this.#options;
    const register = new Register(records, topicOf(room));
    const at = date();
    const { type, reason, seconds, ...about }: Act & { readonly seconds?: number } = act;
    const until = seconds === undefined ? undefined : at + seconds * 1_000;
    const why = { ...(until !== undefined && { until }), ...(reason !== undefined && { reason }) };
    if (isSanction(act)) {
      register.take(await register.read());
      const isNew = register.get(sanctionName(act.type, act.user)) === undefined;
      if (isNew && register.size >= limits.sanctionsPerRoom) return { type: "full" };
    }
    const { name, update, ttlMs } = changeOf(act, { at, by, ...why });
    const version = await register.write(name, update, ttlMs);
    await log.raise(room, version);
    const deed: Deed = { at, by, path, action: type, room, ...about, ...why };
    await trail.add(deed);
    return { type: "done", deed };
  }
}

function isSanction(act: Act): act is Extract<Act, { readonly type: SanctionKind }> {
  return act.type === "kick" || act.type === "ban" || act.type === "mute";
}

interface Change {
  readonly name: string;
  readonly update: Update;
  readonly ttlMs?: number;
}

function changeOf(act: Act, sanction: Sanction): Change {
  switch (act.type) {
    case "kick":
    case "ban":
    case "mute": {
      const { at, until } = sanction;
      const ttlMs = until === undefined ? (act.type === "kick" ? KICK_MS : undefined) : until - at;
      const name = sanctionName(act.type, act.user);
      return { name, update: () => asJson(sanction), ...(ttlMs !== undefined && { ttlMs }) };
    }
    case "unban":
    case "unmute": {
      const name = sanctionName(act.type === "unban" ? "ban" : "mute", act.user);
      return { name, update: () => undefined };
    }
    default: {
      const { slow, readOnly } = act;
      const said = { ...(slow !== undefined && { slow }), ...(readOnly !== undefined && { readOnly }) };
      return { name: POLICY, update: (current) => asJson({ ...(current as RoomPolicy | undefined), ...said }) };
    }
  }
}
