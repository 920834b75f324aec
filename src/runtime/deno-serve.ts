import process from "node:process";
import { Hono } from "hono";
import { greenroom } from "../greenroom.ts";
import { problem } from "../routes/problem.ts";
import { readConfig } from "./config.ts";
import { handler } from "./deno.ts";
import { report } from "./report.ts";

/**
 * The server as `deno serve` and Deno Deploy take it. Where it listens is theirs to say; the other settings come from
 * the environment.
 */
function app(): Hono {
  const asked = readConfig([], process.env);
  if (asked.type !== "run") throw new Error("Cannot start: no settings");
  const { rateLimits, echo, heartbeatMs, drainMs, roomIdleMs } = asked.config;
  const room = greenroom({
    rateLimits: rateLimits === "on",
    echo,
    limits: { heartbeatMs, deadAfterMs: Math.round(heartbeatMs * 1.2), drainMs, roomIdleMs },
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

const served: { readonly fetch: (request: Request) => Promise<Response> } = { fetch: handler(app().fetch) };
export default served;
