import { type JWTPayload, SignJWT } from "jose";
import { keepSecret } from "./watchword.ts";

/** The secret that servers of this suite are told to check tokens with. */
export const secret = "a secret of this test suite, 36 bytes";

/** The settings of a server that takes tokens. */
export const tokenEnv: Readonly<Record<string, string>> = { GREENROOM_JWT_SECRET: secret };

/** How a token departs from a good one. */
export interface TokenOptions {
  readonly key?: string;
  readonly alg?: string;
  /** Seconds from now; negative: it has passed; NaN: there is none. */
  readonly exp?: number;
}

/** A token for a user, made here and not by the server's own code. */
export async function tokenFor(
  sub: string,
  claims: JWTPayload = {},
  { key = secret, alg = "HS256", exp = 600 }: TokenOptions = {},
): Promise<string> {
  const now = Math.floor(Date.now() / 1_000);
  const token = await new SignJWT({ sub, ...(!Number.isNaN(exp) && { exp: now + exp }), ...claims })
    .setProtectedHeader({ alg })
    .sign(new TextEncoder().encode(key));
  keepSecret(`a token of ${sub}`, token);
  return token;
}

/** A token's text with other claims under the same signature, or another header. */
export function tampered(token: string, change: { readonly header?: object; readonly claims?: object }): string {
  const [header = "", claims = "", signature = ""] = token.split(".");
  const edited = (part: string, more: object = {}): string =>
    Buffer.from(JSON.stringify({ ...JSON.parse(Buffer.from(part, "base64url").toString()), ...more })).toString(
      "base64url",
    );
  return [edited(header, change.header), edited(claims, change.claims), signature].join(".");
}
