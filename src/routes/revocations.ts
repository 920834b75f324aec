import { type Context, Hono } from "hono";
import type { ActorSystem } from "../actors/kernel/mod.ts";
import type { Moderating, Records } from "../actors/room/mod.ts";
import { REVOCATIONS, type Revocation, unreadable } from "../actors/room/mod.ts";
import { pageQuery, readBody, readQuery, revocationBody, revocationQuery } from "./admin-body.ts";
import { ADMIN, orUnavailable, type RequireAdmin, settled } from "./moderation.ts";
import { problem } from "./problem.ts";

/** What the routes of revocations and of the audit log are made of. */
export interface RevocationRoutesOptions {
  readonly requireAdmin: RequireAdmin;
  readonly office: Omit<Moderating, "layer">;
  readonly records: Records;
  readonly system: ActorSystem;
}

const PREFIX = `${REVOCATIONS} `;
/** How long this node may take to see to a revocation itself before it is answered. */
const SEEN_MS = 1_000;

/** `POST`, `GET` and `DELETE /api/revocations`, and `GET /api/audit`. */
export function revocationRoutes({ requireAdmin, office, records, system }: RevocationRoutesOptions): Hono {
  async function revoke(c: Context): Promise<Response> {
    const refusal = await requireAdmin(c);
    if (refusal !== undefined) return refusal;
    const body = await readBody(c, revocationBody);
    if (body instanceof Response) return body;
    if ((body.until ?? Number.POSITIVE_INFINITY) <= system.ports.clock.date()) {
      return problem(400, "Cannot read the body: until is over");
    }
    const answer = await settled(system.ports.clock, () => office.revoking.revoke(revocationOf(body), ADMIN));
    await seen();
    return answer;
  }

  async function reinstate(c: Context): Promise<Response> {
    const refusal = await requireAdmin(c);
    if (refusal !== undefined) return refusal;
    const query = readQuery(c, revocationQuery);
    if (query instanceof Response) return query;
    const answer = await settled(system.ports.clock, () => office.revoking.reinstate(revocationOf(query), ADMIN));
    await seen();
    return answer;
  }

  /** Waits until this node goes by it; where that takes too long, it will within a second. */
  async function seen(): Promise<void> {
    const question = (reply: (current: boolean) => undefined) => ({ type: "refresh" as const, reply });
    await system.ask(office.warden, question, SEEN_MS).catch(() => false);
  }

  async function list(c: Context): Promise<Response> {
    const refusal = await requireAdmin(c);
    if (refusal !== undefined) return refusal;
    const query = readQuery(c, pageQuery);
    if (query instanceof Response) return query;
    const { limit, cursor } = query;
    const page = await records.list(PREFIX, { limit, ...(cursor !== undefined && { after: PREFIX + cursor }) });
    const found = page.records.map(({ key, value }) => [key.slice(PREFIX.length), value as object] as const);
    const damaged = (page.damaged ?? []).map((key) => key.slice(PREFIX.length));
    const unread = damaged.map((name) => [name, unreadable(name) as object] as const);
    const revocations = [...found, ...unread].map(([name, value]) => {
      const at = name.indexOf(" ");
      return { [name.slice(0, at)]: name.slice(at + 1), ...value };
    });
    return c.json({ revocations, ...(page.next !== undefined && { cursor: page.next.slice(PREFIX.length) }) });
  }

  async function audit(c: Context): Promise<Response> {
    const refusal = await requireAdmin(c);
    if (refusal !== undefined) return refusal;
    const query = readQuery(c, pageQuery);
    if (query instanceof Response) return query;
    const { limit, cursor } = query;
    const { deeds, next } = await office.trail.page({ limit, ...(cursor !== undefined && { after: cursor }) });
    return c.json({ deeds, ...(next !== undefined && { cursor: next }) });
  }

  return new Hono()
    .post("/api/revocations", revoke)
    .delete("/api/revocations", reinstate)
    .get("/api/revocations", orUnavailable(list))
    .get("/api/audit", orUnavailable(audit));
}

type Named = Omit<Revocation, "kind" | "id"> & { readonly user?: string; readonly token?: string };

function revocationOf({ user, token, ...rest }: Named): Revocation {
  return user === undefined ? { kind: "token", id: token ?? "", ...rest } : { kind: "user", id: user, ...rest };
}
