import type { ErrorCode, ErrorEvent } from "../actors/wire/mod.ts";

/** What a refusal says. */
export type Refused = Pick<ErrorEvent, "code" | "message" | "retryAfter" | "unknown">;

const statuses: Readonly<Partial<Record<ErrorCode, readonly [status: number, title: string]>>> = {
  bad_command: [400, "Bad Request"],
  unauthorized: [401, "Unauthorized"],
  forbidden: [403, "Forbidden"],
  muted: [403, "Forbidden"],
  banned: [403, "Forbidden"],
  not_found: [404, "Not Found"],
  too_large: [413, "Content Too Large"],
  rate_limited: [429, "Too Many Requests"],
  overloaded: [503, "Service Unavailable"],
  unavailable: [503, "Service Unavailable"],
};

/** A problem document (RFC 9457) that bears the protocol's code as well. */
export function fileRefusal({ code, message, retryAfter, unknown }: Refused, as?: 408): Response {
  const [status, title] = as === 408 ? [408, "Request Timeout"] : (statuses[code] ?? [500, "Internal Server Error"]);
  const body = { type: "about:blank", title, status, detail: message, code, ...(unknown === true && { unknown }) };
  const later = retryAfter === undefined ? {} : { "retry-after": String(Math.ceil(retryAfter / 1_000)) };
  const headers = { "content-type": "application/problem+json", ...later };
  return new Response(JSON.stringify(body), { status, headers });
}
