import { type Context, Hono } from "hono";
import * as v from "valibot";
import type { Clock } from "../actors/kernel/mod.ts";
import { Buckets, perMinute } from "../actors/rates/mod.ts";
import { paths } from "../actors/wire/mod.ts";
import { type Door, isOrigin } from "../door/mod.ts";
import { tooMany } from "./address-book.ts";
import type { Admission } from "./admission.ts";
import { boundedText } from "./bounded-text.ts";
import { problem } from "./problem.ts";

/** What tickets are made with. */
export interface TicketRoutesOptions {
  readonly admission: Admission;
  readonly door: Door;
  readonly clock: Clock;
  readonly rateLimits: boolean;
}

/** How many tickets a user may have made in a minute. */
const TICKETS = 60;
const BODY_BYTES = 4_096;

const wanted = v.object({ origin: v.exactOptional(v.pipe(v.string(), v.check(isPage))) });

/**
 * `POST /api/tickets`, with a bearer token: a ticket for one upgrade by `?ticket=`, as its user. `{"origin":…}` binds it to
 * the pages of one origin.
 */
export function ticketRoutes({ admission, door, clock, rateLimits }: TicketRoutesOptions): Hono {
  const made = new Buckets(perMinute(TICKETS));

  async function issue(c: Context): Promise<Response> {
    // Whoever brings something else, such as a cookie or a ticket, is told what is asked for here.
    const bearer = c.req.header("authorization") !== undefined;
    // Nor is there a ticket for a ticket, even where an app may say who asks: it would last for as long as one likes.
    if (!bearer && (!door.asks || c.req.query("ticket") !== undefined)) return unauthorized();
    const admitted = await admission.admit(c);
    if (!admitted.ok) return admitted.refusal;
    if (admitted.identity === undefined) return unauthorized();
    const waitMs = rateLimits ? made.take(admitted.identity.id, clock.now()) : 0;
    if (waitMs > 0) return tooMany(waitMs);
    const asked = await read(c.req.raw);
    if (asked === "long") return problem(413, "Cannot read so much");
    if (asked === undefined)
      return problem(400, 'Cannot read what the ticket is for: it is JSON such as {} or {"origin":…}');
    const ticket = await door.issue(admitted.identity, asked.origin);
    if (ticket === undefined) return problem(503, "Cannot keep tickets at present", { "retry-after": "1" });
    return c.json(ticket, 201, { "cache-control": "no-store" });
  }

  return new Hono().post(paths.tickets, issue);
}

function unauthorized(): Response {
  return problem(401, "Cannot make a ticket without a bearer token", {
    "www-authenticate": 'Bearer realm="greenroom"',
  });
}

/** What a ticket is asked for; nothing in particular where the body is empty. */
async function read(request: Request): Promise<v.InferOutput<typeof wanted> | "long" | undefined> {
  try {
    const text = await boundedText(request, BODY_BYTES);
    if (text === undefined) return "long";
    const said: unknown = text === "" ? {} : JSON.parse(text);
    const { success, output } = v.safeParse(wanted, said);
    return success && !Array.isArray(said) ? output : undefined;
  } catch {
    return undefined;
  }
}

function isPage(origin: string): boolean {
  return origin !== "*" && isOrigin(origin);
}
