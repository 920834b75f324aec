import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { RoomLog } from "../../src/actors/room/mod.ts";
import { ALL, appended, contents, draft } from "./drafts.ts";
import { describeAppends } from "./room-log-append.contract.ts";
import { describeChanges } from "./room-log-changes.contract.ts";

/** A fresh, empty log on some nodes, and how to wait until what one appended has come to the tails of the others. */
export interface RoomLogUnderTest {
  readonly nodes: readonly RoomLog[];
  settle(): Promise<void>;
}

/** Opens a fresh, empty log on as many nodes as are asked for. */
export type OpenRoomLog = (nodes: number) => RoomLogUnderTest | Promise<RoomLogUnderTest>;

/** What every engine of {@linkcode RoomLog} does alike, for one node: run against each. */
export function describeRoomLog(name: string, open: OpenRoomLog): void {
  async function one(): Promise<RoomLog> {
    return (await open(1)).nodes[0] as RoomLog;
  }

  describeAppends(name, one);
  describeChanges(name, one);

  describe(`${name}: read() and head()`, () => {
    it("know an empty room", async () => {
      const log = await one();
      expect(await log.head("a")).toMatchObject({ seq: 0, oldest: 1 });
      expect(await log.read("a", { after: 0 }, ALL)).toMatchObject({ seq: 0, oldest: 1, entries: [] });
      expect(await log.read("a", { before: Number.MAX_SAFE_INTEGER }, ALL)).toMatchObject({ entries: [] });
    });

    it("read behind a place and before one, by count, as a model does", async () => {
      const log = await one();
      const numbers = Array.from({ length: 30 }, (_, at) => at + 1);
      await appended(log, ...numbers.map((number) => draft("a", `${number}`)));
      await fc.assert(
        fc.asyncProperty(fc.integer({ min: 0, max: 40 }), fc.integer({ min: 1, max: 40 }), async (seq, count) => {
          const limit = { count, bytes: ALL.bytes };
          const [after, before] = [
            await log.read("a", { after: seq }, limit),
            await log.read("a", { before: seq }, limit),
          ];
          expect(after.entries.map((entry) => entry.seq)).toEqual(numbers.filter((n) => n > seq).slice(0, count));
          expect(before.entries.map((entry) => entry.seq)).toEqual(numbers.filter((n) => n < seq).slice(-count));
          expect([after, before]).toMatchObject([
            { seq: 30, oldest: 1 },
            { seq: 30, oldest: 1 },
          ]);
        }),
      );
    });

    it("read at most so many bytes, and always one entry", async () => {
      const log = await one();
      await appended(log, ...Array.from({ length: 20 }, () => draft("a", "x".repeat(1_000))));
      const lengths: number[] = [];
      for (const bytes of [0, 1, 1_000, 10_000, 100_000]) {
        const { entries } = await log.read("a", { after: 0 }, { count: 100, bytes });
        lengths.push(entries.length);
        expect(entries.map(({ seq }) => seq)).toEqual(entries.map((_, at) => at + 1));
        const last = (await log.read("a", { before: 21 }, { count: 100, bytes })).entries;
        expect(last.map(({ seq }) => seq)).toEqual(last.map((_, at) => 21 - last.length + at));
      }
      expect(lengths.slice(0, 2)).toEqual([1, 1]);
      expect(lengths[3]).toBeLessThanOrEqual(10);
      expect(lengths[4]).toBe(20);
    });

    it("read a room of any name, and no other", async () => {
      const log = await one();
      const names = ["a", "A", "a:b", "a.b", "__proto__", "constructor", "x".repeat(64)];
      await appended(log, ...names.map((room) => draft(room, room)));
      for (const room of names) expect(await contents(log, room)).toEqual([room]);
    });
  });
}
