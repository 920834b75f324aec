import { type Context, Hono } from "hono";
import type { GenericSchema } from "valibot";
import type { ActorRef, Clock } from "../actors/kernel/mod.ts";
import {
  type Act,
  type Actor,
  type Moderating,
  type Records,
  type Redacted,
  Register,
  type RoomLog,
  type RoomsMessage,
  Rules,
  redact,
  topicOf,
  type Verdict,
} from "../actors/room/mod.ts";
import { actBodies, type RoomAct, readBody, roomOf } from "./admin-body.ts";
import { problem } from "./problem.ts";

/** Lets operators through: answers the refusal, or `undefined`. */
export type RequireAdmin = (c: Context) => Promise<Response | undefined>;

/** What the routes of moderators are made of. */
export interface ModerationRoutesOptions {
  readonly requireAdmin: RequireAdmin;
  readonly office: Omit<Moderating, "layer">;
  readonly records: Records;
  readonly log: RoomLog;
  readonly rooms: ActorRef<RoomsMessage>;
  readonly clock: Clock;
}

/** What takes longer is answered as open. */
const PATIENCE_MS = 10_000;

/** Who acts by HTTP, with the admin token: an id that no user can have. */
export const ADMIN: Actor = { by: "host:admin", path: "api" };

/**
 * What moderators do about rooms by HTTP: `POST /api/rooms/:room/` and `kick`, `ban`, `unban`, `mute`, `unmute`, `redact` or
 * `policy`; `GET /api/rooms/:room/sanctions` and `/policy` show what holds.
 */
export function moderationRoutes(options: ModerationRoutesOptions): Hono {
  const { requireAdmin, office, records, log, rooms, clock } = options;

  function act(type: RoomAct): (c: Context) => Promise<Response> {
    return async (c) => {
      const refusal = await requireAdmin(c);
      if (refusal !== undefined) return refusal;
      const room = roomOf(c);
      if (room instanceof Response) return room;
      if (type === "redact") return redactIn(c, room);
      const schema: GenericSchema<unknown, object> = actBodies[type];
      const body = await readBody(c, schema);
      if (body instanceof Response) return body;
      return settled(clock, () => office.bench.do(room, { type, ...body } as Act, ADMIN));
    };
  }

  async function redactIn(c: Context, room: string): Promise<Response> {
    const body = await readBody(c, actBodies.redact);
    if (body instanceof Response) return body;
    const { seq: target, reason } = body;
    const what = { room, target, ...(reason !== undefined && { reason }) };
    const date = (): number => clock.date();
    return settled(clock, () => redact({ log, trail: office.trail, rooms, date }, what, ADMIN));
  }

  async function rulesOf(c: Context): Promise<{ readonly room: string; readonly rules: Rules } | Response> {
    const refusal = await requireAdmin(c);
    if (refusal !== undefined) return refusal;
    const room = roomOf(c);
    if (room instanceof Response) return room;
    const rules = new Rules(new Register(records, topicOf(room)));
    rules.take(await rules.register.read(), { now: clock.now(), date: clock.date() });
    return { room, rules };
  }

  async function sanctions(c: Context): Promise<Response> {
    const found = await rulesOf(c);
    if (found instanceof Response) return found;
    const { room, rules } = found;
    const all = rules.all(clock.now()).map(([name, sanction]) => {
      const [kind, user] = name.split(" ");
      return { kind, user, ...sanction };
    });
    return c.json({ room, sanctions: all });
  }

  async function policy(c: Context): Promise<Response> {
    const found = await rulesOf(c);
    if (found instanceof Response) return found;
    const { slow = 0, readOnly = false } = found.rules.policy;
    return c.json({ room: found.room, slow, readOnly });
  }

  const routes = new Hono();
  for (const type of Object.keys(actBodies) as readonly RoomAct[]) {
    routes.post(`/api/rooms/:room/${type}`, act(type));
  }
  return routes
    .get("/api/rooms/:room/sanctions", orUnavailable(sanctions))
    .get("/api/rooms/:room/policy", orUnavailable(policy));
}

/** Answers what came of something that was decided: the deed, as the audit log has it; in ten seconds at the latest. */
export async function settled(clock: Clock, decide: () => Promise<Verdict | Redacted>): Promise<Response> {
  let takeBack = (): void => undefined;
  const late = new Promise<undefined>((resolve) => {
    takeBack = clock.alarm(clock.now() + PATIENCE_MS, () => resolve(undefined));
  });
  const outcome = await Promise.race([decide().catch(() => undefined), late]);
  takeBack();
  if (outcome === undefined) return doubtful();
  switch (outcome.type) {
    case "done":
      return Response.json("seq" in outcome ? { ...outcome.deed, redacted: outcome.seq } : outcome.deed);
    case "full":
      return problem(409, "Cannot do this: there are as many as there may be; lift one first");
    case "missing":
      return problem(404, "Cannot redact this: no message is there that has its content");
    case "unavailable":
      return outcome.unknown
        ? doubtful()
        : problem(503, "Cannot do this: the log takes nothing", { "retry-after": "1" });
    default:
      return outcome satisfies never;
  }
}

/** Has a list that cannot be read answered with 503. */
export function orUnavailable(list: (c: Context) => Promise<Response>): (c: Context) => Promise<Response> {
  return (c) => list(c).catch(() => problem(503, "Cannot read this at present", { "retry-after": "1" }));
}

function doubtful(): Response {
  return problem(503, "Cannot tell whether this was done: ask for it again", { "retry-after": "1" });
}
