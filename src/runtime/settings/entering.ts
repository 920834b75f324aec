import * as v from "valibot";
import { type Grant, grants } from "../../actors/wire/mod.ts";
import { type Algorithm, algorithms, isNetwork, isOrigin } from "../../door/mod.ts";
import { listOf, onOrOff, optional, type SettingsOf } from "./setting.ts";

/** Who may come in, from where, and what they may do. */
export interface Entering {
  readonly guests: "on" | "off";
  readonly guestGrants: readonly Grant[];
  readonly userGrants: readonly Grant[];
  readonly jwtSecret: string | undefined;
  readonly jwtKey: string | undefined;
  readonly jwksUrl: string | undefined;
  readonly jwtAlgorithm: Algorithm | undefined;
  readonly jwtIssuer: string | undefined;
  readonly jwtAudience: string | undefined;
  readonly cookie: string | undefined;
  readonly queryToken: "on" | "off";
  readonly inbandAuth: "on" | "off";
  readonly origins: readonly string[];
  readonly trustedProxies: readonly string[];
  readonly proxyHeader: "x-forwarded-for" | "forwarded";
  readonly adminToken: string | undefined;
}

const someGrants = {
  default: "read,write,signal,upload",
  takes: `none, or some of ${grants.join(",")}`,
  schema: v.union([v.pipe(v.literal("none"), v.transform(noGrants)), listOf(v.picklist(grants))]),
};

/** A secret that nobody guesses (RFC 7518 §3.2: a key of at least the size of the hash). */
const secret = {
  default: "",
  takes: "32 bytes or more, or @FILE; as a flag only the latter",
  schema: optional(v.pipe(v.string(), v.minBytes(32))),
  file: "secret",
} as const;

const line = optional(v.pipe(v.string(), v.maxLength(2_048), v.regex(/^[\x21-\x7e]+$/)));

/** The settings of who may come in. */
export const entering: SettingsOf<Entering> = {
  guests: {
    variable: "GREENROOM_GUESTS",
    flag: "--guests",
    default: "on",
    ...onOrOff,
    meaning: "whether those without credentials are let in",
  },
  guestGrants: {
    variable: "GREENROOM_GUEST_GRANTS",
    flag: "--guest-grants",
    ...someGrants,
    meaning: "what guests may do in every room",
  },
  userGrants: {
    variable: "GREENROOM_USER_GRANTS",
    flag: "--user-grants",
    ...someGrants,
    meaning: "what users may do where their token does not say",
  },
  jwtSecret: {
    variable: "GREENROOM_JWT_SECRET",
    flag: "--jwt-secret",
    ...secret,
    meaning: "the secret that tokens are signed with (HS256, HS384, HS512)",
  },
  jwtKey: {
    variable: "GREENROOM_JWT_KEY",
    flag: "--jwt-key",
    default: "",
    takes: "a public key as PEM (SPKI) or JWK, or @FILE",
    meaning: "the public key that tokens are checked with",
    schema: optional(v.pipe(v.string(), v.maxLength(16_384))),
    file: "allowed",
  },
  jwksUrl: {
    variable: "GREENROOM_JWKS_URL",
    flag: "--jwks-url",
    default: "",
    takes: "a URL: https, or http on this machine",
    meaning: "where the public keys that tokens are checked with are found",
    schema: optional(v.pipe(v.string(), v.check(isKeySource))),
  },
  jwtAlgorithm: {
    variable: "GREENROOM_JWT_ALGORITHM",
    flag: "--jwt-algorithm",
    default: "",
    takes: `${algorithms.join(", ")}; with a secret, HS256 when left out`,
    meaning: "the one algorithm that tokens are signed with",
    schema: optional(v.picklist(algorithms)),
  },
  jwtIssuer: {
    variable: "GREENROOM_JWT_ISSUER",
    flag: "--jwt-issuer",
    default: "",
    takes: "the claim iss as it must be",
    meaning: "who must have issued a token",
    schema: line,
  },
  jwtAudience: {
    variable: "GREENROOM_JWT_AUDIENCE",
    flag: "--jwt-audience",
    default: "",
    takes: "what the claim aud must hold",
    meaning: "for whom a token must have been issued",
    schema: line,
  },
  cookie: {
    variable: "GREENROOM_COOKIE",
    flag: "--cookie",
    default: "",
    takes: "a cookie's name",
    meaning: "the cookie that holds a token, taken with an allowed Origin only",
    schema: optional(v.pipe(v.string(), v.regex(/^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,64}$/))),
  },
  queryToken: {
    variable: "GREENROOM_QUERY_TOKEN",
    flag: "--query-token",
    default: "off",
    ...onOrOff,
    meaning: "whether ?token= is taken; URLs end up in logs, so ?ticket= is better",
  },
  inbandAuth: {
    variable: "GREENROOM_INBAND_AUTH",
    flag: "--inband-auth",
    default: "off",
    ...onOrOff,
    meaning: "whether a connection may show who it is by its first command, auth",
  },
  origins: {
    variable: "GREENROOM_ORIGINS",
    flag: "--origins",
    default: "",
    takes: "a list such as https://example.com,https://app.example.com, or * for all; the server's own when left out",
    meaning: "the web pages that may connect, by their origin",
    schema: listOf(v.pipe(v.string(), v.check(isOrigin))),
  },
  trustedProxies: {
    variable: "GREENROOM_TRUSTED_PROXIES",
    flag: "--trusted-proxies",
    default: "",
    takes: "a list of addresses and networks such as 127.0.0.1,10.0.0.0/8",
    meaning: "the proxies whose word on a client's address and scheme counts",
    schema: listOf(v.pipe(v.string(), v.check(isNetwork))),
  },
  proxyHeader: {
    variable: "GREENROOM_PROXY_HEADER",
    flag: "--proxy-header",
    default: "x-forwarded-for",
    takes: "x-forwarded-for or forwarded",
    meaning: "the header in which trusted proxies pass on a client's address",
    schema: v.picklist(["x-forwarded-for", "forwarded"]),
  },
  adminToken: {
    variable: "GREENROOM_ADMIN_TOKEN",
    flag: "--admin-token",
    ...secret,
    takes: "32 or more of A-Z a-z 0-9 - . _ ~ + /, or @FILE; as a flag only the latter",
    schema: optional(v.pipe(v.string(), v.minLength(32), v.regex(/^[\w.~+/-]+=*$/))),
    meaning: "the bearer token for the routes of moderators and operators",
  },
};

function noGrants(): readonly Grant[] {
  return [];
}

function isKeySource(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname } = new URL(text);
  return protocol === "https:" || (protocol === "http:" && /^(?:localhost|127\.0\.0\.1|\[::1\])$/.test(hostname));
}
