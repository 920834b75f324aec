/**
 * What rooms cost that lie in the durable log and nobody has joined: how soon the server listens, the memory it has then,
 * and how long a join takes, beside a server on an empty folder.
 *
 *     node bench/rooms-on-disk.ts [--rooms 100000] [--joins 500] [--target node24,bun,deno-node,deno-native] [--data FOLDER]
 */
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { parseArgs } from "node:util";
import type { Draft } from "../src/actors/room/mod.ts";
import { sqliteLog } from "../src/runtime/sqlite.ts";
import { connect } from "../test/contract/client.ts";
import { startServer } from "../test/contract/server.ts";
import { installRuntimes } from "../test/matrix/install.ts";
import { type TargetName, targets } from "../test/matrix/targets.ts";

const { values } = parseArgs({
  options: {
    rooms: { type: "string", default: "100000" },
    joins: { type: "string", default: "500" },
    target: { type: "string", default: "node24,bun,deno-node,deno-native" },
    data: { type: "string", default: tmpdir() },
  },
});
const [rooms, joins] = [Number(values.rooms), Number(values.joins)];
const ENTRIES = 3;
const AT_ONCE = 1_000;

const parent = mkdtempSync(join(values.data, "greenroom-bench-"));
const [empty, full] = [join(parent, "empty"), join(parent, "full")];
mkdirSync(empty);
await fill(full);
installRuntimes();
for (const name of values.target.split(",")) {
  for (const data of [empty, full])
    console.log(`${name}, ${data === full ? rooms : 0} rooms: ${await look(name, data)}`);
}
rmSync(parent, { recursive: true });
process.exit();

/** Has as many rooms as were asked for in a folder, each with a few entries. */
async function fill(folder: string): Promise<void> {
  const { log, close } = await sqliteLog({ folder, durability: "process" });
  const sender = { id: "guest:ada", name: "ada" };
  for (let first = 0; first < rooms; first += AT_ONCE) {
    const drafts = Array.from({ length: ENTRIES * AT_ONCE }, (_, at): Draft => {
      const said = { content: `the ${at % ENTRIES}th`, data: undefined, key: undefined, fence: undefined };
      return { room: `room_${first + Math.floor(at / ENTRIES)}`, sender, at: Date.now(), ...said };
    });
    await new Promise((resolve) => log.append(drafts, resolve));
  }
  await close();
}

async function look(name: string, data: string): Promise<string> {
  const fromMs = performance.now();
  const server = await startServer({
    target: targets[name as TargetName],
    env: { GREENROOM_LOG: "sqlite", GREENROOM_DATA: data },
  });
  const startMs = performance.now() - fromMs;
  await new Promise((resolve) => setTimeout(resolve, 2_000));
  const before = server.residentMiB();
  const client = await connect(`ws://127.0.0.1:${server.port}/ws`);
  const spans: number[] = [];
  for (let at = 0; at < joins; at += 1) {
    const room = `room_${Math.floor(Math.random() * rooms)}`;
    const joinMs = performance.now();
    const { seq } = await client.request({ type: "join", room }, "joined");
    spans.push(performance.now() - joinMs);
    if (seq !== (data === full ? ENTRIES : 0)) throw new Error(`Cannot find in ${room} what was said: ${seq}`);
    await client.request({ type: "leave", room }, "left");
  }
  spans.sort((one, other) => one - other);
  const at = (share: number): string => (spans[Math.floor(share * spans.length)] ?? 0).toFixed(2);
  const after = server.residentMiB();
  await server.stop();
  const memory = `${before.toFixed(0)} MiB, ${after.toFixed(0)} after ${joins} joins`;
  return `listens after ${startMs.toFixed(0)} ms, ${memory}; a join takes p50 ${at(0.5)} ms, p99 ${at(0.99)} ms`;
}
