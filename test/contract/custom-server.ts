/**
 * A server with what the command has no setting for: a front door that thinks before it lets anybody in, as one does that
 * looks credentials up, a log that keeps little, so that memory is not what was said, and a disk that takes its time.
 */
import process from "node:process";
import { Hono } from "hono";
import { MemoryBlobs } from "../../src/logs/memory-blobs.ts";
import { type DoorOptions, greenroom, memoryLog, realPorts } from "../../src/mod.ts";
import { serveHere } from "../routes/serving.ts";

const { env } = process;
const thinkMs = Number(env["GREENROOM_TEST_THINK_MS"] ?? 0);
const roomEntries = Number(env["GREENROOM_TEST_ROOM_ENTRIES"] ?? 50_000);
const roomIdleMs = Number(env["GREENROOM_ROOM_IDLE_MS"] ?? 300_000);
const commitMs = Number(env["GREENROOM_TEST_COMMIT_MS"] ?? 0);
const totalBytes = Number(env["GREENROOM_TEST_TOTAL_MIB"] ?? 512) * 1024 ** 2;
const { GREENROOM_JWT_SECRET: secret, GREENROOM_ADMIN_TOKEN: adminToken, GREENROOM_COOKIE: cookie } = env;
const door: DoorOptions = {
  queryToken: env["GREENROOM_QUERY_TOKEN"] === "on",
  inbandAuth: env["GREENROOM_INBAND_AUTH"] === "on",
  ...(secret !== undefined && { tokens: { key: { secret } } }),
  ...(adminToken !== undefined && { adminToken }),
  ...(cookie !== undefined && { cookie }),
};
const app = new Hono();
if (thinkMs > 0) {
  app.use(async (_, next) => {
    await new Promise((resolve) => setTimeout(resolve, thinkMs));
    await next();
  });
}
const disk = commitMs > 0 ? await (await import("./slow-disk.ts")).slowDisk(commitMs) : undefined;
const room = greenroom({
  log: disk?.log ?? memoryLog({ roomEntries, totalBytes }),
  ...(disk !== undefined && { records: disk.records, durability: "power" as const }),
  blobs: new MemoryBlobs({ totalBytes }),
  limits: { roomIdleMs },
  door,
  rateLimits: env["GREENROOM_RATE_LIMITS"] !== "off",
  ports: realPorts(),
  observe: (event) => process.stderr.write(`${event.path} ${event.type === "failed" ? "has failed" : "stalled"}\n`),
});
app.route("/", room.routes);
const viaNode = env["GREENROOM_TRANSPORT"] === "node";
const serve = viaNode ? (await import("../../src/runtime/node.ts")).serve : serveHere;
const server = await serve({ port: 0, fetch: app.fetch });
process.stdout.write(`Greenroom is listening on ${server.url}\n`);
