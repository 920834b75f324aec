import type { Config, Environment } from "./config.ts";
import { isRedisUrl } from "./settings/storing.ts";

/** 5 s after SIGINT comes SIGKILL (https://docs.deno.com/deploy/reference/runtime/), and letting go of the rest takes up to 1 s. */
const DRAIN_MS = 3_500;

/**
 * The settings as an instance on Deno Deploy has them, and anywhere else as they are. There, several instances run at a
 * time and share nothing, each in public on Deno's own sockets, which bound no message before it has come.
 *
 * @throws {Error} with one line that names the setting a server does not start there with.
 */
export function forDenoDeploy(config: Config, env: Environment): Config {
  if (!isOnDenoDeploy(env)) return config;
  const { log, files, guests, inbandAuth, drainMs } = config;
  if (!isRedisUrl(log)) {
    throw new Error(`Cannot use GREENROOM_LOG ${log} on Deno Deploy: its instances share nothing but a Redis`);
  }
  if (files !== "on" && files !== "off") {
    throw new Error(`Cannot keep files in GREENROOM_FILES ${files} on Deno Deploy: its instances share no folder`);
  }
  const why = "on Deno Deploy: Deno's own sockets bound no message before it has come";
  if (guests === "on") throw new Error(`Cannot keep GREENROOM_GUESTS on ${why}`);
  if (inbandAuth === "on") throw new Error(`Cannot keep GREENROOM_INBAND_AUTH on ${why}`);
  // Where it listens is said by Deno Deploy; whatever that is, it is for everybody.
  return { ...config, host: env["HOST"] ?? "0.0.0.0", transport: "native", drainMs: Math.min(drainMs, DRAIN_MS) };
}

/** By the variables that Deno Deploy sets, and lets nobody else set there. */
function isOnDenoDeploy(env: Environment): boolean {
  return env["DENO_DEPLOY"] === "true" || (env["DENO_DEPLOYMENT_ID"] ?? "") !== "";
}
