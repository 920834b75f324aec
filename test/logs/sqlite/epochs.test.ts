import { cpSync, readdirSync, readlinkSync, rmSync, writeFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { Mark } from "../../../src/logs/sqlite/mark.ts";
import { readMark, writeMark } from "../../../src/logs/sqlite/mark.ts";
import { appended, contents, draft } from "../drafts.ts";
import { type Opened, opened, temporaryFolder } from "./opened.ts";

async function epochOf({ log }: Opened): Promise<string> {
  return (await log.head("a")).epoch;
}

/** A folder in which something was said, and the epoch it was said under. */
async function spoken(folder: string = temporaryFolder()): Promise<{ folder: string; epoch: string }> {
  const store = await opened({ folder });
  await appended(store.log, draft("a", "said"));
  const epoch = await epochOf(store);
  await store.close();
  return { folder, epoch };
}

/** Copies a closed store's database, and nothing beside it. */
function copyDatabase(from: string, to: string): void {
  cpSync(`${from}/greenroom.sqlite`, `${to}/greenroom.sqlite`);
}

/** What of a folder's database this process still has open (Linux). */
function openIn(folder: string): readonly string[] {
  return readdirSync("/proc/self/fd").flatMap((fd) => {
    try {
      const path = readlinkSync(`/proc/self/fd/${fd}`);
      return path.startsWith(`${folder}/greenroom.sqlite`) ? [path] : [];
    } catch {
      return []; // it was closed meanwhile
    }
  });
}

function changeMark(folder: string, change: Partial<Mark>): void {
  const mark = readMark(folder);
  if (mark === undefined) throw new Error("there is a mark in every folder");
  writeMark(folder, { ...mark, ...change });
}

describe("a room's epoch on SQLite", () => {
  it("stays through a restart, for rooms in which nothing was said as well", async () => {
    const { folder, epoch } = await spoken();
    const store = await opened({ folder });
    expect(await epochOf(store)).toBe(epoch);
    expect(await contents(store.log, "a")).toEqual(["said"]);
    const blank = (await store.log.head("blank")).epoch;
    expect(await appended(store.log, draft("blank", "first"))).toMatchObject([{ epoch: blank }]);
    expect(store.heard).toEqual([]);
  });

  it("stays where the server was killed, whatever it had promised, as long as the machine has not stopped", async () => {
    for (const durability of ["power", "process"] as const) {
      const { folder, epoch } = await spoken();
      changeMark(folder, { closed: false, durability });
      expect(await epochOf(await opened({ folder, durability }))).toBe(epoch);
    }
  });

  it("changes where the machine has stopped before all that was acknowledged was on the disk", async () => {
    const { folder, epoch } = await spoken();
    changeMark(folder, { closed: false, durability: "process", machine: "another start" });
    const store = await opened({ folder });
    expect(await epochOf(store)).not.toBe(epoch);
    expect(store.heard).toMatchObject([{ type: "renewed", reason: expect.stringContaining("machine") }]);
    expect(await appended(store.log, draft("a", "next"))).toMatchObject([{ entry: { seq: 2 } }]);
  });

  it("stays where the machine has stopped, and the disk was waited for", async () => {
    const { folder, epoch } = await spoken();
    changeMark(folder, { closed: false, durability: "power", machine: "another start" });
    expect(await epochOf(await opened({ folder }))).toBe(epoch);
  });

  it("changes where a copy of the database was put back, so that no old place gets a new entry", async () => {
    const { folder, epoch } = await spoken();
    const aside = temporaryFolder();
    copyDatabase(folder, aside);
    await spoken(folder);
    copyDatabase(aside, folder);
    const store = await opened({ folder });
    expect(store.heard).toMatchObject([{ type: "renewed" }]);
    const [outcome] = await appended(store.log, draft("a", "otherwise"));
    expect(outcome).toMatchObject({ entry: { seq: 2 } });
    expect(await epochOf(store)).not.toBe(epoch);
  });

  it("changes where a copy from the same run of the server was put back", async () => {
    const folder = temporaryFolder();
    const store = await opened({ folder });
    await appended(store.log, draft("a", "1"));
    const epoch = await epochOf(store);
    const aside = temporaryFolder();
    for (const file of ["greenroom.sqlite", "greenroom.sqlite-wal"]) cpSync(`${folder}/${file}`, `${aside}/${file}`);
    await appended(store.log, draft("a", "2"));
    store.writer.kill();
    await store.close();
    // A thread of Deno is said to have ended before it has let go of its files, and takes the write-ahead log with it then.
    await expect.poll(() => openIn(folder), { timeout: 30_000 }).toEqual([]);
    for (const file of ["greenroom.sqlite-wal", "greenroom.sqlite-shm"]) rmSync(`${folder}/${file}`, { force: true });
    for (const file of ["greenroom.sqlite", "greenroom.sqlite-wal"]) cpSync(`${aside}/${file}`, `${folder}/${file}`);
    const again = await opened({ folder });
    expect(await contents(again.log, "a")).toEqual(["1"]);
    expect(await epochOf(again)).not.toBe(epoch);
  });

  it("changes where the database was brought into another folder, or the folder has forgotten it", async () => {
    const { folder, epoch } = await spoken();
    const elsewhere = temporaryFolder();
    copyDatabase(folder, elsewhere);
    expect(await epochOf(await opened({ folder: elsewhere }))).not.toBe(epoch);
    writeFileSync(`${folder}/mark.json`, "{");
    expect(await epochOf(await opened({ folder }))).not.toBe(epoch);
  });

  it("stays where the server was killed between the steps of its opening", async () => {
    const { folder, epoch } = await spoken();
    const before = readMark(folder);
    const aside = temporaryFolder();
    copyDatabase(folder, aside);
    await (await opened({ folder })).close();
    copyDatabase(aside, folder);
    writeFileSync(`${folder}/commits`, "");
    changeMark(folder, { opening: true, closed: false, boots: (before?.boots ?? 0) + 1 });
    expect(await epochOf(await opened({ folder }))).toBe(epoch);
  });

  it("is another one for a room that was forgotten and comes back", async () => {
    const limits = { roomEntries: 10, roomMs: 60_000, roomBytes: 1e9, totalBytes: 1e9 };
    const store = await opened({ limits });
    const at = Date.now();
    const [first] = await appended(store.log, draft("a", "old", { at: at - 59_000 }), draft("b", "new", { at }));
    await expect
      .poll(async () => (await store.log.head("a")).epoch, { timeout: 40_000, interval: 200 })
      .not.toBe(first?.type === "appended" ? first.epoch : "");
    const [back] = await appended(store.log, draft("a", "back", { at: Date.now() }));
    expect(back).toMatchObject({ entry: { seq: 1 } });
    expect(back?.type === "appended" && first?.type === "appended" && back.epoch !== first.epoch).toBe(true);
  }, 60_000);
});
