/**
 * A process that runs out of room for its log: on a small file system of its own (`disk`), or with a bound on the size of
 * its files, past which each write is an error (`size`). Says as JSON what came of what it tried.
 */
import { execFileSync } from "node:child_process";
import { appendFileSync, rmSync } from "node:fs";
import process from "node:process";
import type { Outcome } from "../../../src/actors/room/mod.ts";
import { openStore, type StoreEvent } from "../../../src/logs/sqlite/store.ts";
import { VirtualClock } from "../../../src/testing/mod.ts";
import { ALL, appended, draft } from "../drafts.ts";
import { boundless } from "./boundless.ts";

const [how, folder = ""] = process.argv.slice(2);
const ballast = `${folder}/ballast`;

function fillUp(): void {
  if (how === "size") {
    execFileSync("prlimit", ["--pid", `${process.pid}`, "--fsize=20000:"]);
    return;
  }
  for (const size of [65_536, 4_096, 512]) {
    try {
      for (;;) appendFileSync(ballast, Buffer.alloc(size));
    } catch {
      // Not even that has room.
    }
  }
}

function makeRoom(): void {
  if (how === "size") execFileSync("prlimit", ["--pid", `${process.pid}`, "--fsize=unlimited:"]);
  else rmSync(ballast);
}

const heard: StoreEvent["type"][] = [];
const open = () =>
  openStore({
    folder,
    durability: "power",
    limits: boundless,
    clock: new VirtualClock(),
    observe: ({ type }) => heard.push(type),
  });
let store = await open();
const outcomes = new Map<string, Outcome>();
let said = 0;

async function say(key = `key ${(said += 1)}`): Promise<Outcome> {
  const [outcome] = await appended(store.log, draft("a", `${key} ${"x".repeat(2_000)}`, { key }));
  outcomes.set(key, outcome as Outcome);
  return outcome as Outcome;
}

for (let at = 0; at < 50; at += 1) await say();
fillUp();
let last = await say();
for (let at = 0; at < 500 && last.type === "appended"; at += 1) last = await say();
const first = last;
for (let at = 0; at < 20; at += 1) await say();
const meanwhile = (await store.log.read("a", { after: 0 }, ALL)).entries.length;
const put = await store.records.put("k", 1).then(
  () => "put",
  (error: unknown) => String(error),
);
makeRoom();
let after = await say();
for (const endMs = performance.now() + 30_000; after.type !== "appended" && performance.now() < endMs; ) {
  await new Promise((resolve) => setTimeout(resolve, 50));
  after = await say();
}
const turnedAway = [...outcomes].filter(([, { type }]) => type === "refused").map(([key]) => key);
const again: string[] = [];
for (const key of turnedAway.slice(0, 5)) again.push((await say(key)).type);
await store.close();
store = await open();
const { entries, seq } = await store.log.read("a", { after: 0 }, ALL);
const kept = new Map(entries.map((entry) => [entry.key, entry.seq]));
const wrong = [...outcomes].filter(([key, outcome]) => {
  return outcome.type === "appended"
    ? kept.get(key) !== outcome.entry.seq
    : kept.has(key) && outcome.type === "refused";
});
await store.close();
const report = {
  ...{
    first,
    after: after.type,
    again,
    put,
    seq,
    meanwhile,
    acknowledged: [...outcomes.values()].filter(({ type }) => type === "appended").length,
  },
  ...{ refused: turnedAway.length, unknown: [...outcomes.values()].filter(({ type }) => type === "unknown").length },
  ...{ wrong, heard },
};
process.stdout.write(`${JSON.stringify(report)}\n`);
process.exit();
