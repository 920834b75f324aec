/** How frames carry JSON objects: one in each (`v1`), or an array of them in each (`batch`). */
export type Format = "v1" | "batch";

/** The name of a subprotocol that we speak. */
export type Subprotocol = "greenroom.v1" | "greenroom.v1.batch";

/** What each format is called in `Sec-WebSocket-Protocol`. */
export const subprotocols: Readonly<Record<Format, Subprotocol>> = { v1: "greenroom.v1", batch: "greenroom.v1.batch" };

/** An offer that we took: what to answer (nothing, where nothing was offered) and the token that came with it. */
export interface Negotiated {
  readonly ok: true;
  readonly format: Format;
  readonly answer: Subprotocol | undefined;
  readonly bearer: string | undefined;
}

/** An offer that is answered with 400, and why, in words that repeat nothing of it. */
export interface Refused {
  readonly ok: false;
  readonly reason: string;
}

const BEARER = "bearer.";

/** A token between optional white space (RFC 7230, sections 3.2.3 and 3.2.6). */
const element = /^[ \t]*([!#$%&'*+.^_`|~0-9A-Za-z-]+)[ \t]*$/;

/**
 * Takes one of the subprotocols that a client offered in `Sec-WebSocket-Protocol`: the batch format before the plain
 * one, whatever their order. The elements of an offer are non-empty and unique tokens (RFC 6455, section 4.1).
 */
export function negotiate(header: string | null | undefined): Negotiated | Refused {
  if (header === null || header === undefined) return { ok: true, format: "v1", answer: undefined, bearer: undefined };
  const offered = new Set<string>();
  for (const part of header.split(",")) {
    const token = element.exec(part)?.[1];
    if (token === undefined) return refuse("it is not a list of tokens");
    if (offered.has(token)) return refuse("a name stands in it twice");
    offered.add(token);
  }
  const bearers = [...offered].filter(isBearer);
  if (bearers.length > 1) return refuse("it holds more than one bearer token");
  const bearer = bearers[0]?.slice(BEARER.length);
  if (bearer === "") return refuse("its bearer token is empty");
  const format = offered.has(subprotocols.batch) ? "batch" : "v1";
  const answer = subprotocols[format];
  return offered.has(answer) ? { ok: true, format, answer, bearer } : refuse("it names nothing that is spoken here");
}

function isBearer(token: string): boolean {
  return token.startsWith(BEARER);
}

function refuse(why: string): Refused {
  return { ok: false, reason: `Cannot take an offered subprotocol: ${why}` };
}
