import { closeSync, openSync, readFileSync, statSync, truncateSync, writeSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { describe, expect, it } from "vitest";
import { ALL, appended, contents, draft } from "../drafts.ts";
import { type Opened, opened } from "./opened.ts";

/** Changes bytes of a closed store's database wherever a text stands in it; answers how often that was. */
function overwrite(folder: string, text: string, by: string): number {
  const path = `${folder}/greenroom.sqlite`;
  const bytes = readFileSync(path);
  const file = openSync(path, "r+");
  let count = 0;
  for (let at = bytes.indexOf(text); at >= 0; at = bytes.indexOf(text, at + 1)) {
    writeSync(file, Buffer.from(by), 0, by.length, at); // as bytes: Deno heeds no position for a text
    count += 1;
  }
  closeSync(file);
  return count;
}

function entriesHeard({ heard }: Opened): unknown[] {
  return heard.flatMap((event) =>
    event.type === "damaged" && event.damage.type === "entry" ? [event.damage.seq] : [],
  );
}

/** A closed store in which a room has entries 1 to `count`. */
async function filled(count: number, content = (seq: number): string => `entry no ${seq}.`): Promise<string> {
  const store = await opened();
  const drafts = Array.from({ length: count }, (_, at) => draft("a", content(at + 1), { key: `${at}` }));
  await appended(store.log, ...drafts);
  await store.close();
  return store.folder;
}

describe("damage to the database", () => {
  it("to an entry's text is named, and served as a tombstone in its place", async () => {
    const folder = await filled(20);
    expect(overwrite(folder, "entry no 7.", "entry no 8.")).toBe(1);
    const store = await opened({ folder, scrubMs: 60_000 });
    const { entries, seq, oldest } = await store.log.read("a", { after: 0 }, ALL);
    expect([seq, oldest]).toEqual([20, 1]);
    expect(entries.map((entry) => entry.seq)).toEqual(Array.from({ length: 20 }, (_, at) => at + 1));
    expect(entries[6]).toMatchObject({ content: "", redacted: true });
    expect(entries.filter(({ content }) => content === "entry no 8.")).toHaveLength(1);
    expect(store.heard).toEqual([{ type: "damaged", damage: { type: "entry", room: "a", seq: 7 } }]);
    await store.log.read("a", { before: 10 }, ALL);
    expect(store.heard).toHaveLength(1);
    expect(await appended(store.log, draft("a", "goes on"))).toMatchObject([{ entry: { seq: 21 } }]);
  });

  it("is found by the search in the background as well", async () => {
    const folder = await filled(600);
    overwrite(folder, "entry no 577.", "entry n0 577.");
    const store = await opened({ folder, scrubMs: 1 });
    await expect.poll(() => entriesHeard(store), { timeout: 30_000 }).toEqual([577]);
  });

  it("that is none is not named, while rooms are trimmed and written to", async () => {
    const limits = { roomEntries: 50, roomMs: Number.POSITIVE_INFINITY, roomBytes: 1e9, totalBytes: 1e9 };
    const store = await opened({ scrubMs: 1, limits });
    for (let round = 0; round < 60; round += 1) {
      await appended(store.log, ...Array.from({ length: 30 }, (_, at) => draft(`room ${at % 3}`, `${round}`)));
      await store.records.put(`${round}`, round);
    }
    expect(store.heard).toEqual([]);
  });

  it("of whole pages leaves the rest readable", async () => {
    const folder = await filled(2_000, (seq) => `entry no ${seq}. ${"x".repeat(200)}`);
    const bytes = readFileSync(`${folder}/greenroom.sqlite`);
    const page = Math.floor(bytes.indexOf("entry no 1000.") / 4096);
    const file = openSync(`${folder}/greenroom.sqlite`, "r+");
    writeSync(file, Buffer.alloc(4096, 0xa5), 0, 4096, page * 4096);
    closeSync(file);
    const store = await opened({ folder, scrubMs: 60_000 });
    const { entries } = await store.log.read("a", { after: 0 }, ALL);
    expect(entries.map((entry) => entry.seq)).toEqual(Array.from({ length: 2_000 }, (_, at) => at + 1));
    const lost = entries.filter(({ redacted }) => redacted === true);
    expect(lost.length).toBeGreaterThan(3);
    expect(lost.length).toBeLessThan(50);
    expect(entriesHeard(store)).toEqual(lost.map(({ seq }) => seq));
  }, 15_000);

  it("of a torn end, as after a copy that was cut off, shows nothing false", async () => {
    const folder = await filled(2_000, (seq) => `entry no ${seq}. ${"x".repeat(200)}`);
    const path = `${folder}/greenroom.sqlite`;
    truncateSync(path, statSync(path).size - 2_000);
    const store = await opened({ folder, scrubMs: 60_000 });
    const { entries, seq } = await store.log.read("a", { after: 0 }, ALL);
    expect(seq).toBe(2_000);
    expect(entries.map((entry) => entry.seq)).toEqual(Array.from({ length: 2_000 }, (_, at) => at + 1));
    for (const entry of entries) if (entry.redacted !== true) expect(entry.content).toContain(`no ${entry.seq}.`);
  }, 15_000);

  it("of a room's own row has it go on behind its entries, under another epoch", async () => {
    const folder = await filled(5);
    const db = new DatabaseSync(`${folder}/greenroom.sqlite`);
    db.exec("UPDATE rooms SET seq = 3");
    db.close();
    const store = await opened({ folder, scrubMs: 60_000 });
    const { epoch: other } = await store.log.head("other");
    const { epoch, seq } = await store.log.head("a");
    expect(seq).toBe(5);
    expect(epoch).not.toBe(other);
    expect(store.heard).toEqual([{ type: "damaged", damage: { type: "room", room: "a" } }]);
    expect(await contents(store.log, "a")).toHaveLength(5);
    expect(await appended(store.log, draft("a", "6"))).toMatchObject([{ epoch, entry: { seq: 6 } }]);
  });

  it("of the row about the whole store changes every epoch, and uses no version twice", async () => {
    const first = await opened();
    const { epoch } = await first.log.head("a");
    const put = await first.records.put("k", 1);
    await first.close();
    const db = new DatabaseSync(`${first.folder}/greenroom.sqlite`);
    db.exec("UPDATE store SET version = 0");
    db.close();
    const store = await opened({ folder: first.folder });
    expect((await store.log.head("a")).epoch).not.toBe(epoch);
    const again = await store.records.put("other", 1);
    expect(again.type === "done" && put.type === "done" && again.version > put.version).toBe(true);
    expect(store.heard).toMatchObject([{ type: "renewed" }]);
  });

  it("of a record is named, and the record taken for none", async () => {
    const first = await opened();
    await first.records.put("k", "the value that was put");
    await first.records.put("l", "another");
    await first.close();
    overwrite(first.folder, "the value that was put", "the value that was cut");
    const store = await opened({ folder: first.folder, scrubMs: 60_000 });
    expect(await store.records.get("k")).toBeUndefined();
    expect((await store.records.list("", { limit: 10 })).records.map(({ key }) => key)).toEqual(["l"]);
    expect(await store.records.put("k", 2, { expected: 0 })).toMatchObject({ type: "done" });
    expect((await store.records.get("k"))?.value).toBe(2);
    expect(store.heard).toEqual([{ type: "damaged", damage: { type: "record", key: "k" } }]);
  });
});
