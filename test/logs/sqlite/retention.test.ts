import { describe, expect, it } from "vitest";
import { ALL, appended, contents, draft } from "../drafts.ts";
import { attachment } from "../room-log-changes.contract.ts";
import { boundless } from "./boundless.ts";
import { opened } from "./opened.ts";

function numbered(room: string, count: number, content = (at: number): string => `${at}`) {
  return Array.from({ length: count }, (_, at) => draft(room, content(at + 1)));
}

describe("retention on SQLite", () => {
  it("keeps as many entries of a room as it may: exactly, from each append on", async () => {
    const { log } = await opened({ limits: { ...boundless, roomEntries: 10 } });
    for (let number = 1; number <= 25; number += 1) {
      const [outcome] = await appended(log, draft("a", `${number}`));
      expect(outcome).toMatchObject({ oldest: Math.max(1, number - 9), entry: { seq: number } });
    }
    const outcomes = await appended(log, ...numbered("a", 15));
    expect(outcomes.at(-1)).toMatchObject({ oldest: 31, entry: { seq: 40 } });
    expect(await log.head("a")).toMatchObject({ seq: 40, oldest: 31 });
    const { entries } = await log.read("a", { after: 0 }, ALL);
    expect(entries.map(({ seq }) => seq)).toEqual(Array.from({ length: 10 }, (_, at) => 31 + at));
    expect((await log.read("a", { before: 31 }, ALL)).entries).toEqual([]);
  });

  it("forgets a key with its entry, not before", async () => {
    const { log } = await opened({ limits: { ...boundless, roomEntries: 3 } });
    const keyed = draft("a", "keyed", { key: "k" });
    await appended(log, keyed, draft("a", "2"), draft("a", "3"));
    expect(await appended(log, keyed)).toMatchObject([{ type: "duplicate", seq: 1 }]);
    // Within one commit, before its row is deleted.
    expect(await appended(log, draft("a", "4"), keyed)).toMatchObject([{}, { type: "appended", entry: { seq: 5 } }]);
    expect(await appended(log, keyed)).toMatchObject([{ type: "duplicate", seq: 5 }]);
  });

  it("keeps as many bytes of a room as it may, and the newest entry whatever it weighs", async () => {
    const { log } = await opened({ limits: { ...boundless, roomBytes: 11_000 } });
    await appended(log, ...numbered("a", 30, () => "x".repeat(850)));
    const { oldest } = await log.head("a");
    expect(oldest).toBeGreaterThanOrEqual(20);
    expect(oldest).toBeLessThanOrEqual(22);
    await appended(log, draft("a", "x".repeat(50_000)));
    expect(await log.head("a")).toMatchObject({ seq: 31, oldest: 31 });
  });

  it("lets go of what has become too old, in rooms where nobody speaks as well", async () => {
    const { log } = await opened({ limits: { ...boundless, roomMs: 60_000 } });
    const now = Date.now();
    await appended(log, ...[90_000, 59_500, 1_000, 500].map((ago) => draft("a", `${ago}`, { at: now - ago })));
    expect((await log.head("a")).oldest).toBe(2);
    await expect.poll(async () => (await log.head("a")).oldest, { timeout: 5_000, interval: 100 }).toBe(3);
    expect(await contents(log, "a")).toEqual(["1000", "500"]);
  });

  it("releases the files of what it lets go of", async () => {
    const { log } = await opened({ limits: { ...boundless, roomEntries: 2 } });
    const released: string[] = [];
    log.released((files) => released.push(...files));
    await appended(log, draft("a", "1", { attachment: attachment("f") }), draft("a", "2"));
    await appended(log, draft("a", "3"));
    await expect.poll(() => released).toEqual(["f"]);
    expect(await log.attached(["f"])).toEqual(new Set());
  });

  it("deletes many rows a few at a time, and holds up nobody meanwhile", async () => {
    const folder = (await opened()).folder;
    const big = await opened({ limits: boundless });
    for (let round = 0; round < 20; round += 1) await appended(big.log, ...numbered("a", 1_000));
    await big.close();
    expect(folder).not.toBe(big.folder);
    const small = await opened({ folder: big.folder, limits: { ...boundless, roomEntries: 100 } });
    const startedMs = performance.now();
    await appended(small.log, draft("a", "last"));
    expect(performance.now() - startedMs).toBeLessThan(1_000);
    expect(await small.log.head("a")).toMatchObject({ seq: 20_001, oldest: 19_902 });
  }, 30_000);

  it("takes nothing once the whole store holds as much as it may, but what takes something away, and says so", async () => {
    const { log, records, heard } = await opened({ limits: { ...boundless, totalBytes: 400_000 } });
    let last: Awaited<ReturnType<typeof appended>>[number] | undefined;
    for (let round = 0; round < 200 && last?.type !== "refused"; round += 1) {
      last = (await appended(log, draft(`room ${round % 7}`, "x".repeat(5_000)))).at(-1);
    }
    expect(last).toEqual({ type: "refused", reason: "unavailable" });
    expect(heard).toMatchObject([{ type: "unavailable" }]);
    expect((await log.read("room 1", { after: 0 }, ALL)).entries.length).toBeGreaterThan(3);
    expect(await records.put("ban", true)).toMatchObject({ type: "done" });
    const redacts = (target: number) => draft("room 1", "", { redacts: { target, reason: undefined } });
    expect(await appended(log, redacts(1), redacts(2), redacts(3), redacts(4))).toMatchObject([
      { type: "appended" },
      { type: "appended" },
      { type: "appended" },
      { type: "appended" },
    ]);
    expect(await appended(log, draft("room 2", "again"))).toMatchObject([{ type: "appended" }]);
    expect(heard.at(-1)).toEqual({ type: "available" });
  });
});
