import { SignJWT } from "jose";
import { type Algorithm, isSymmetric } from "./algorithms.ts";
import { type GrantTable, readGrants } from "./grants.ts";
import { readId } from "./identity.ts";

/** Whom a token is for, and what it says. */
export interface Minting {
  readonly sub: string;
  readonly name?: string | undefined;
  readonly rooms?: GrantTable | undefined;
  readonly seconds: number;
  readonly issuer?: string | undefined;
  readonly audience?: string | undefined;
  /** The time, in ms since 1970. */
  readonly date: number;
}

/**
 * Makes a token for development, signed with the secret that the server knows as well.
 *
 * @throws {Error} where nobody could come in with it.
 */
export async function mint(
  { sub, name, rooms, seconds, issuer, audience, date }: Minting,
  { secret, algorithm = "HS256" }: { readonly secret: string; readonly algorithm?: Algorithm | undefined },
): Promise<string> {
  if (readId(sub) === undefined) {
    throw new Error(
      "Cannot make a token: its sub is 1 to 128 printable characters without spaces, not of a guest or host",
    );
  }
  if (rooms !== undefined && readGrants(rooms) === undefined) {
    throw new Error('Cannot make a token: its rooms are JSON such as {"lobby":["read","write"],"team-*":["read"]}');
  }
  if (!isSymmetric(algorithm)) throw new Error(`Cannot make a token: ${algorithm} takes a private key`);
  const iat = Math.floor(date / 1_000);
  const claims = {
    sub,
    ...(name !== undefined && { name }),
    ...(rooms !== undefined && { rooms }),
    ...(issuer !== undefined && { iss: issuer }),
    ...(audience !== undefined && { aud: audience }),
    iat,
    exp: iat + seconds,
    jti: crypto.randomUUID(),
  };
  return await new SignJWT(claims)
    .setProtectedHeader({ alg: algorithm, typ: "JWT" })
    .sign(new TextEncoder().encode(secret));
}
