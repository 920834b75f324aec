import type { Context } from "hono";
import { getCookie } from "hono/cookie";
import type { DoorOptions } from "../door/mod.ts";

/** What a request brings to show who it comes from. */
export type Credentials =
  | { readonly type: "token"; readonly token: string }
  | { readonly type: "ticket"; readonly ticket: string }
  | { readonly type: "malformed"; readonly reason: string };

/** Where credentials may stand in a request. */
export interface CredentialsOptions extends Pick<DoorOptions, "cookie" | "queryToken"> {
  /** What came among the subprotocols. */
  readonly bearer?: string | undefined;
  /** Whether the request comes from a page, and one that may connect: only then a cookie counts. */
  readonly fromPage: boolean;
}

/** Exactly this scheme, one space and a token (RFC 6750 §2.1). */
const BEARER = /^Bearer ([\w.~+/-]+=*)$/;

/**
 * Finds the credentials of a request, in the order that the protocol gives them. The first that is there is the one that
 * counts: bad ones do not make way for others.
 */
export function credentialsOf(
  c: Context,
  { bearer, cookie, fromPage, queryToken = false }: CredentialsOptions,
): Credentials | undefined {
  const authorization = c.req.header("authorization");
  if (authorization !== undefined) {
    const token = BEARER.exec(authorization)?.[1];
    if (token !== undefined) return { type: "token", token };
    return { type: "malformed", reason: "Authorization is not Bearer, a space and a token" };
  }
  if (bearer !== undefined) return { type: "token", token: bearer };
  const kept = cookie === undefined || !fromPage ? undefined : getCookie(c, cookie);
  if (kept !== undefined && kept !== "") return { type: "token", token: kept };
  const ticket = c.req.query("ticket");
  if (ticket !== undefined) return { type: "ticket", ticket };
  const token = queryToken ? c.req.query("token") : undefined;
  return token === undefined ? undefined : { type: "token", token };
}
