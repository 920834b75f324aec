import { type DoorOptions, isSymmetric, type KeySource, type TokenOptions, Tokens } from "../door/mod.ts";
import { settings } from "./config.ts";
import type { Entering } from "./settings/entering.ts";

/** The settings that a key for tokens may come from. */
const KEYS = ["jwtSecret", "jwtKey", "jwksUrl"] as const;
/** The settings that mean nothing where no tokens are taken. */
const FOR_TOKENS = ["jwtAlgorithm", "jwtIssuer", "jwtAudience", "cookie"] as const;

/**
 * Who may come in, as the settings say.
 *
 * @throws {Error} with one line that names the settings, where they do not fit together.
 */
export function doorOptions(config: Entering): DoorOptions {
  const { cookie, origins, trustedProxies, proxyHeader, adminToken, guestGrants, userGrants } = config;
  const tokens = tokensOf(config);
  if (tokens === undefined) checkUnused(config);
  if (config.guests === "off" && tokens === undefined) {
    throw new Error("Cannot keep everybody out: GREENROOM_GUESTS is off, and no key for tokens is set");
  }
  if (cookie !== undefined && origins.includes("*")) {
    throw new Error("Cannot take GREENROOM_COOKIE from every page: GREENROOM_ORIGINS is *");
  }
  if (trustedProxies.some((network) => network.endsWith("/0"))) {
    throw new Error("Cannot trust everybody as a proxy: GREENROOM_TRUSTED_PROXIES has a network of all addresses");
  }
  return {
    guests: config.guests === "on",
    guestGrants,
    userGrants,
    queryToken: config.queryToken === "on",
    inbandAuth: config.inbandAuth === "on",
    origins,
    trustedProxies,
    proxyHeader,
    ...(tokens !== undefined && { tokens }),
    ...(cookie !== undefined && { cookie }),
    ...(adminToken !== undefined && { adminToken }),
  };
}

/**
 * The same, with the key for tokens tried out.
 *
 * @throws {Error} also where it is none; the line names its setting, and repeats nothing of it.
 */
export async function checkedDoor(config: Entering): Promise<DoorOptions> {
  const options = doorOptions(config);
  if (options.tokens === undefined) return options;
  try {
    await new Tokens(options.tokens, Date.now).ready();
  } catch (error) {
    const name = KEYS.find((key) => config[key] !== undefined) ?? "jwtKey";
    const why = (error as Error).message.replace("Cannot check tokens: ", "");
    throw new Error(`Cannot read ${settings[name].variable}: ${why}`);
  }
  return options;
}

function tokensOf(config: Entering): TokenOptions | undefined {
  const given = KEYS.filter((name) => config[name] !== undefined).map((name) => settings[name].variable);
  if (given.length > 1) throw new Error(`Cannot check tokens by more than one of ${given.join(" and ")}`);
  const key = keyOf(config);
  if (key === undefined) return undefined;
  const { jwtAlgorithm: algorithm = "secret" in key ? "HS256" : undefined, jwtIssuer, jwtAudience } = config;
  if (algorithm === undefined) throw new Error(`Cannot take ${given[0]} without GREENROOM_JWT_ALGORITHM`);
  if (isSymmetric(algorithm) !== "secret" in key) {
    throw new Error(`Cannot take ${given[0]} with GREENROOM_JWT_ALGORITHM ${algorithm}`);
  }
  if ("secret" in key && new TextEncoder().encode(key.secret).length * 8 < Number(algorithm.slice(2))) {
    throw new Error(
      `Cannot take GREENROOM_JWT_SECRET: for ${algorithm} it has to have ${Number(algorithm.slice(2)) / 8} bytes`,
    );
  }
  return {
    key,
    algorithm,
    ...(jwtIssuer !== undefined && { issuer: jwtIssuer }),
    ...(jwtAudience !== undefined && { audience: jwtAudience }),
  };
}

function keyOf({ jwtSecret, jwtKey, jwksUrl }: Entering): KeySource | undefined {
  if (jwtSecret !== undefined) return { secret: jwtSecret };
  if (jwtKey !== undefined) return { publicKey: jwtKey };
  return jwksUrl === undefined ? undefined : { jwksUrl };
}

/** A setting that does nothing would be taken for protection. */
function checkUnused(config: Entering): void {
  const unused = FOR_TOKENS.find((name) => config[name] !== undefined);
  const on = (["queryToken", "inbandAuth"] as const).find((name) => config[name] === "on");
  const name = unused ?? on;
  if (name === undefined) return;
  const keys = KEYS.map((key) => settings[key].variable).join(", ");
  throw new Error(`Cannot use ${settings[name].variable} without a key for tokens: set one of ${keys}`);
}
