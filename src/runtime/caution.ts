import { isLoopback, parseAddress } from "../door/mod.ts";
import type { Config } from "./config.ts";

/** What should be said of settings before a server starts. */
export interface Caution {
  /** Why it does not start at all. */
  readonly refusal?: string;
  /** What is allowed, and should be known. */
  readonly warnings: readonly string[];
}

/** How a server is to be reached, as far as settings do not say. */
export interface Setup {
  /** Whether its sockets are Deno's own, which bound neither messages nor fragments before they have come. */
  readonly nativeDeno: boolean;
  /** Whether it listens where others say, as under `deno serve`. */
  readonly elsewhere?: boolean;
}

/** Looks for settings that leave a server more open than somebody may have meant. */
export function cautionFor(config: Config, { nativeDeno, elsewhere = false }: Setup): Caution {
  const { guests, origins, inbandAuth, rateLimits, queryToken, host, jwtAudience } = config;
  const open = !isLocal(host);
  const unchecked = guests === "on" || inbandAuth === "on";
  if (open && nativeDeno && unchecked && !elsewhere) {
    const why = "Deno's own sockets bound no message before it has come";
    return {
      refusal: `Cannot listen on HOST ${host} with GREENROOM_TRANSPORT native for those without credentials: ${why}; set GREENROOM_GUESTS=off, or --transport node`,
      warnings: [],
    };
  }
  const warnings = [
    open &&
      guests === "on" &&
      origins.length === 0 &&
      `everybody who can reach HOST ${host} comes in as a guest: GREENROOM_GUESTS is on, and GREENROOM_ORIGINS is not set`,
    elsewhere &&
      unchecked &&
      "where this is public, set GREENROOM_GUESTS=off: Deno's own sockets bound no message before it has come",
    origins.includes("*") && "pages of every origin may connect: GREENROOM_ORIGINS is *",
    open && rateLimits === "off" && "clients are held to no rate: GREENROOM_RATE_LIMITS is off",
    queryToken === "on" && "tokens in URLs end up in logs: GREENROOM_QUERY_TOKEN is on",
    (config.jwksUrl ?? config.jwtKey) !== undefined &&
      jwtAudience === undefined &&
      "a token for anybody else is taken as well: GREENROOM_JWT_AUDIENCE is not set",
  ];
  return { warnings: warnings.filter((warning) => warning !== false) };
}

function isLocal(host: string): boolean {
  if (host === "localhost") return true;
  const address = parseAddress(host);
  return address !== undefined && isLoopback(address);
}
