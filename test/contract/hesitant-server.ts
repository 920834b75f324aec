/**
 * A server whose front door thinks for a while before it lets anybody in, as one does that looks credentials up: for
 * peers that go away meanwhile. `GREENROOM_TEST_THINK_MS` says how long.
 */
import process from "node:process";
import { Hono } from "hono";
import { greenroom, realPorts } from "../../src/mod.ts";
import { serveHere } from "../routes/serving.ts";

const thinkMs = Number(process.env["GREENROOM_TEST_THINK_MS"] ?? 50);
const app = new Hono();
app.use(async (_, next) => {
  await new Promise((resolve) => setTimeout(resolve, thinkMs));
  await next();
});
app.route("/", greenroom({ rateLimits: false, ports: realPorts() }).routes);
const viaNode = process.env["GREENROOM_TRANSPORT"] === "node";
const serve = viaNode ? (await import("../../src/runtime/node.ts")).serve : serveHere;
const server = await serve({ port: 0, fetch: app.fetch });
process.stdout.write(`Greenroom is listening on ${server.url}\n`);
