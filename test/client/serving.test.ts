import { Hono } from "hono";
import { afterAll, beforeAll, describe, test } from "vitest";
import { type Greenroom, greenroom } from "../../src/greenroom.ts";
import type { Server } from "../../src/runtime/server.ts";
import { serveHere } from "../routes/serving.ts";
import { cases } from "./in-browser.ts";

describe("greenroom/client, on this runtime, with a server on this runtime", () => {
  let rooms: Greenroom;
  let server: Server;

  beforeAll(async () => {
    rooms = greenroom();
    server = await serveHere({ port: 0, fetch: new Hono().route("/", rooms.routes).fetch });
  });

  afterAll(async () => {
    await rooms.drain({ deadlineMs: 100 });
    await server.close();
  });

  test.each(Object.entries(cases))("%s", { timeout: 30_000 }, async (_, run) => {
    await run(`${server.url}/ws`);
  });
});
