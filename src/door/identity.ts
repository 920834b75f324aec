import * as v from "valibot";
import { type Grant, userId } from "../actors/wire/mod.ts";
import { readGrants } from "./grants.ts";

/** Who credentials say someone is, with all that must be known to let that user in again. */
export interface Identity {
  readonly id: string;
  readonly name: string;
  /** What is granted by room; `undefined`: what every user is granted. */
  readonly rooms: ReadonlyMap<string, readonly Grant[]> | undefined;
  /** In ms since 1970. */
  readonly endsAt: number | undefined;
  readonly issuedAt: number | undefined;
  /** What the token calls itself. */
  readonly token: string | undefined;
}

/** Beginnings of ids that users with credentials cannot have: guests' and hosts'. */
const RESERVED = /^(?:guest|host):/;
/** A name of 1 to 64 UTF-16 units, well-formed and without control characters. */
const NAME = /^[^\p{Cc}\p{Cs}]{1,64}$/u;

/** The last moment that a date can be, in seconds since 1970 (ECMA-262, time values): JSON has numbers far beyond. */
const LAST_S = 8_640_000_000_000;

/**
 * Reads who a user is.
 *
 * @returns `undefined` where the id is none: 1 to 128 printable characters without spaces, and not one of a guest or a host.
 */
export function readId(id: unknown): string | undefined {
  return typeof id === "string" && v.is(userId, id) && !RESERVED.test(id) ? id : undefined;
}

/** Reads what a user is called; the id, where it is called nothing that can be shown. */
export function readName(name: unknown, id: string): string {
  return typeof name === "string" && NAME.test(name) ? name : id;
}

/** The claims of a token as an identity, or the name of the claim that is bad. */
export function identityOf(claims: Readonly<Record<string, unknown>>): Identity | string {
  const { sub, name, rooms, exp, iat, jti } = claims;
  const id = readId(sub);
  if (id === undefined) return "sub";
  const table = rooms === undefined ? undefined : readGrants(rooms);
  if (rooms !== undefined && table === undefined) return "rooms";
  if (typeof exp !== "number" || Math.abs(exp) > LAST_S) return "exp";
  return {
    id,
    name: readName(name, id),
    rooms: table,
    endsAt: exp * 1_000,
    issuedAt: typeof iat === "number" ? iat * 1_000 : undefined,
    token: typeof jti === "string" ? jti : undefined,
  };
}
