import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect } from "vitest";
import { sqliteLog } from "../../src/runtime/sqlite.ts";
import { appended, draft } from "../logs/drafts.ts";
import { connect } from "./client.ts";
import { test } from "./contract-test.ts";
import { type Server, startServer } from "./server.ts";

const ROOMS = 40_000;
const AT_ONCE = 2_000;
/** As an actor each, or as an entry of a map, they would take several times that. */
const MOST_MIB = 64;

const parent = mkdtempSync(join(tmpdir(), "greenroom-rooms-"));
afterAll(() => rmSync(parent, { recursive: true, force: true }));

describe("forty thousand rooms on the disk", () => {
  test("take no memory until they are joined, and each has what was said in it", async () => {
    const [empty, full] = [join(parent, "empty"), join(parent, "full")];
    mkdirSync(empty);
    await fill(full);
    const without = await start(empty);
    const before = without.residentMiB();
    await without.stop();
    const server = await start(full);
    expect(server.residentMiB() - before).toBeLessThan(MOST_MIB);
    const client = await connect(`ws://127.0.0.1:${server.port}/ws`);
    for (const at of [0, 1, 777, ROOMS - 1]) {
      const { messages } = await client.request({ type: "join", room: `room_${at}` }, "joined");
      expect(messages.map((entry) => entry.type === "message" && entry.content)).toEqual([`said in ${at}`]);
    }
    await client.close();
    await server.stop();
  }, 150_000);
});

/** A server that has answered somebody, so that all that a start takes has been taken. */
async function start(data: string): Promise<Server> {
  const server = await startServer({ env: { GREENROOM_LOG: "sqlite", GREENROOM_DATA: data } });
  const client = await connect(`ws://127.0.0.1:${server.port}/ws`);
  await client.request({ type: "join", room: "first" }, "joined");
  await client.close();
  return server;
}

async function fill(folder: string): Promise<void> {
  const { log, close } = await sqliteLog({ folder, durability: "process" });
  for (let first = 0; first < ROOMS; first += AT_ONCE) {
    const rooms = Array.from({ length: AT_ONCE }, (_, at) => first + at);
    // Said now: what is older than a room may keep would be swept away.
    await appended(log, ...rooms.map((at) => draft(`room_${at}`, `said in ${at}`, { at: Date.now() })));
  }
  await close();
}
