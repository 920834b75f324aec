import process from "node:process";
import { Hono } from "hono";
import { greenroom } from "../greenroom.ts";
import { ticker } from "../hosts/ticker.ts";
import { problem } from "../routes/problem.ts";
import { cautionFor } from "./caution.ts";
import { readConfig } from "./config.ts";
import { handler } from "./deno.ts";
import { forDenoDeploy } from "./deno-deploy.ts";
import { checkedDoor } from "./door-options.ts";
import { fileKeeping } from "./file-keeping.ts";
import { report } from "./report.ts";
import { storageFor } from "./storage.ts";

/** How long an orderly end may take at most in ms: whoever starts `deno serve` may have little patience. */
const DRAIN_MS = 4_000;
/** How long it may take to let go of everything once every connection is closed. */
const CLOSING_MS = 500;

/**
 * The server as `deno serve` takes it. Where it listens is for that to say; the other settings come from
 * the environment.
 */
async function app(): Promise<Hono> {
  const asked = readConfig([], process.env);
  if (asked.type !== "run") throw new Error("Cannot start: no settings");
  const config = forDenoDeploy(asked.config, process.env);
  const { rateLimits, echo, page, ticker: shown, heartbeatMs, roomIdleMs } = config;
  const drainMs = Math.min(config.drainMs, DRAIN_MS);
  for (const warning of cautionFor(config, { nativeDeno: true, elsewhere: true }).warnings) {
    process.stderr.write(`greenroom: warning: ${warning}\n`);
  }
  const door = await checkedDoor(config);
  // It may start several times on one machine, or where there is no disk that lasts: so it is asked for by name.
  const named = (process.env["GREENROOM_LOG"] ?? "") !== "";
  const { limits, ...storage } = await storageFor(named ? config : { ...config, log: "memory" });
  const room = greenroom({
    ...storage,
    rateLimits: rateLimits === "on",
    ...fileKeeping(config),
    echo,
    page: page === "on",
    door,
    hosts: shown === "on" ? [ticker()] : [],
    limits: { ...limits, heartbeatMs, deadAfterMs: Math.round(heartbeatMs * 1.2), drainMs, roomIdleMs },
    observe: report,
  });
  const app = new Hono();
  app.route("/", room.routes);
  app.notFound(() => problem(404, "Cannot find anything here"));
  app.onError(() => problem(500, "Cannot answer"));
  let ending = false;
  function end(): void {
    if (ending) return;
    ending = true;
    // Whatever holds this up, it comes to an end.
    setTimeout(() => process.exit(1), drainMs + CLOSING_MS);
    room.drain({ deadlineMs: drainMs }).then(
      () => process.exit(0),
      () => process.exit(1),
    );
  }
  process.on("SIGINT", end);
  process.on("SIGTERM", end);
  return app;
}

/** The same; where it cannot start, it says so on one line, and ends. */
async function started(): Promise<Hono> {
  try {
    return await app();
  } catch (error) {
    process.stderr.write(`greenroom: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(2);
  }
}

const served: { readonly fetch: ReturnType<typeof handler> } = { fetch: handler((await started()).fetch) };
export default served;
