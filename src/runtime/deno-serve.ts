import process from "node:process";
import { Hono } from "hono";
import { greenroom } from "../greenroom.ts";
import { ticker } from "../hosts/ticker.ts";
import { problem } from "../routes/problem.ts";
import { cautionFor } from "./caution.ts";
import { readConfig } from "./config.ts";
import { handler } from "./deno.ts";
import { checkedDoor } from "./door-options.ts";
import { fileKeeping } from "./file-keeping.ts";
import { report } from "./report.ts";
import { storageFor } from "./storage.ts";

/**
 * The server as `deno serve` and Deno Deploy take it. Where it listens is theirs to say; the other settings come from
 * the environment.
 */
async function app(): Promise<Hono> {
  const asked = readConfig([], process.env);
  if (asked.type !== "run") throw new Error("Cannot start: no settings");
  const { rateLimits, echo, page, ticker: shown, heartbeatMs, drainMs, roomIdleMs } = asked.config;
  for (const warning of cautionFor(asked.config, { nativeDeno: true, elsewhere: true }).warnings) {
    process.stderr.write(`greenroom: warning: ${warning}\n`);
  }
  // It may start several times on one machine, or where there is no disk that lasts: so it is asked for by name.
  const named = (process.env["GREENROOM_LOG"] ?? "") !== "";
  const { limits, ...storage } = await storageFor(named ? asked.config : { ...asked.config, log: "memory" });
  const room = greenroom({
    ...storage,
    rateLimits: rateLimits === "on",
    ...fileKeeping(asked.config),
    echo,
    page: page === "on",
    door: await checkedDoor(asked.config),
    hosts: shown === "on" ? [ticker()] : [],
    limits: { ...limits, heartbeatMs, deadAfterMs: Math.round(heartbeatMs * 1.2), drainMs, roomIdleMs },
    observe: report,
  });
  const app = new Hono();
  app.route("/", room.routes);
  app.notFound(() => problem(404, "Cannot find anything here"));
  app.onError(() => problem(500, "Cannot answer"));
  const end = (): void => void room.drain({ deadlineMs: Math.min(drainMs, 4_000) }).then(() => process.exit(0));
  process.on("SIGINT", end);
  process.on("SIGTERM", end);
  return app;
}

const served: { readonly fetch: ReturnType<typeof handler> } = { fetch: handler((await app()).fetch) };
export default served;
