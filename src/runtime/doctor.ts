import type { DoorOptions } from "../door/mod.ts";
import type { Caution } from "./caution.ts";
import type { Config } from "./config.ts";

/** What there is to think about, and what Redis says of itself, where one is shared. */
export interface Examined extends Caution {
  readonly redis?: string | undefined;
}

/** Who would get in under these settings, and what they could do: lines for people, without any secret. */
export function doctor(config: Config, door: DoorOptions, { refusal, warnings, redis }: Examined): string {
  const { host, rateLimits } = config;
  const {
    tokens,
    origins = [],
    trustedProxies = [],
    proxyHeader,
    adminToken,
    guestGrants = [],
    userGrants = [],
  } = door;
  const rows: (readonly [string, string])[] = [
    ["listens on", host],
    ["guests", door.guests === true ? `come in, with ${listed(guestGrants)}` : "are kept out"],
    [
      "users",
      tokens === undefined
        ? "there are none: no tokens are taken"
        : `with ${listed(userGrants)}, unless their token says`,
    ],
    ["tokens", tokensOf(door)],
    ["credentials", ways(door).join(", ")],
    ["origins", origins.length === 0 ? "the server's own" : origins.join(", ")],
    ["trusted proxies", trustedProxies.length === 0 ? "none" : `${trustedProxies.join(", ")}, by ${proxyHeader}`],
    ["admin token", adminToken === undefined ? "none: the routes of operators are not there" : "set"],
    ["rates", rateLimits === "on" ? "are held" : "are not held"],
  ];
  if (redis !== undefined) rows.push(["Redis", redis]);
  const lines = rows.map(([name, value]) => `${name.padEnd(16)} ${value}`);
  const said = [
    ...(refusal === undefined ? [] : [`refused: ${refusal}`]),
    ...warnings.map((text) => `warning: ${text}`),
  ];
  return `${[...lines, ...said].join("\n")}\n`;
}

function tokensOf({ tokens }: DoorOptions): string {
  if (tokens === undefined) return "none";
  const { key, algorithm, issuer, audience } = tokens;
  const by =
    "secret" in key ? "a secret" : "publicKey" in key ? "a public key" : `the keys of ${new URL(key.jwksUrl).origin}`;
  return `${algorithm} by ${by}, issuer ${issuer ?? "any"}, audience ${audience ?? "any"}`;
}

/** By what somebody may show who it is, in the order it is looked for. */
function ways({ tokens, cookie, queryToken, inbandAuth }: DoorOptions): readonly string[] {
  if (tokens === undefined) return ["none"];
  const all = [
    "Authorization",
    "subprotocol",
    cookie !== undefined && `cookie ${cookie}`,
    "ticket",
    queryToken === true && "?token=",
    inbandAuth === true && "auth as the first command",
  ];
  return all.filter((way) => way !== false);
}

function listed(grants: readonly string[]): string {
  return grants.length === 0 ? "no grants" : grants.join(", ");
}
