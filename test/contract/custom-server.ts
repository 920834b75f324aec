/**
 * A server with what the command has no setting for: a front door that thinks before it lets anybody in, as one does that
 * looks credentials up, and a log that keeps little, so that memory is not what was said.
 */
import process from "node:process";
import { Hono } from "hono";
import { greenroom, memoryLog, realPorts } from "../../src/mod.ts";
import { serveHere } from "../routes/serving.ts";

const { env } = process;
const thinkMs = Number(env["GREENROOM_TEST_THINK_MS"] ?? 0);
const roomEntries = Number(env["GREENROOM_TEST_ROOM_ENTRIES"] ?? 50_000);
const roomIdleMs = Number(env["GREENROOM_ROOM_IDLE_MS"] ?? 300_000);
const app = new Hono();
if (thinkMs > 0) {
  app.use(async (_, next) => {
    await new Promise((resolve) => setTimeout(resolve, thinkMs));
    await next();
  });
}
const room = greenroom({
  log: memoryLog({ roomEntries }),
  limits: { roomIdleMs },
  rateLimits: env["GREENROOM_RATE_LIMITS"] !== "off",
  ports: realPorts(),
  observe: (event) => process.stderr.write(`${event.path} ${event.type === "failed" ? "has failed" : "stalled"}\n`),
});
app.route("/", room.routes);
const viaNode = env["GREENROOM_TRANSPORT"] === "node";
const serve = viaNode ? (await import("../../src/runtime/node.ts")).serve : serveHere;
const server = await serve({ port: 0, fetch: app.fetch });
process.stdout.write(`Greenroom is listening on ${server.url}\n`);
