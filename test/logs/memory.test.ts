import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { MemoryStore, memoryLog } from "../../src/logs/memory.ts";
import type { RoomLog } from "../../src/mod.ts";
import { ALL, appended, contents, draft } from "./drafts.ts";
import { describeRoomLog, type RoomLogUnderTest } from "./room-log.contract.ts";
import { describeModel } from "./room-log-model.contract.ts";
import { describeSharedRoomLog } from "./room-log-shared.contract.ts";

function open(count: number): RoomLogUnderTest {
  const store = new MemoryStore();
  const nodes = Array.from({ length: count }, () => store.connect());
  return { nodes, settle: () => Promise.resolve() };
}

describeRoomLog("memoryLog()", open);
describeSharedRoomLog("memoryLog()", open);
describeModel(
  "memoryLog()",
  () => {
    // What outlives a node is the store; the node's own view of it ends.
    const store = new MemoryStore();
    const node = (): RoomLog => store.connect({ shared: false });
    return Promise.resolve({ log: node(), again: () => Promise.resolve(node()) });
  },
  { numRuns: 150 },
);

/** An entry of about 1 KB, as the memory log estimates it: 200 bytes, and two for each unit of text. */
const KILOBYTE = "x".repeat(397);

function saying(room: string, count: number, content = KILOBYTE) {
  return Array.from({ length: count }, () => draft(room, content));
}

describe("memoryLog()", () => {
  it("keeps as many entries of a room as it may, and forgets the oldest", async () => {
    const log = memoryLog({ roomEntries: 10 });
    for (let number = 1; number <= 25; number += 1) {
      const [outcome] = await appended(log, draft("a", `${number}`));
      expect(outcome).toMatchObject({ oldest: Math.max(1, number - 9), entry: { seq: number } });
    }
    expect(await log.head("a")).toMatchObject({ seq: 25, oldest: 16 });
    const { entries } = await log.read("a", { after: 0 }, ALL);
    expect(entries.map(({ seq, content }) => [seq, content])).toEqual(
      Array.from({ length: 10 }, (_, at) => [16 + at, `${16 + at}`]),
    );
    expect((await log.read("a", { before: 16 }, ALL)).entries).toEqual([]);
  });

  it("keeps as many bytes of a room as it may, and the newest entry whatever it weighs", async () => {
    const log = memoryLog({ roomBytes: 10_500 });
    await appended(log, ...saying("a", 30));
    expect(await log.head("a")).toMatchObject({ seq: 30, oldest: 21 });
    await appended(log, draft("a", "x".repeat(50_000)));
    expect(await log.head("a")).toMatchObject({ seq: 31, oldest: 31 });
    await appended(log, ...saying("a", 1));
    expect(await log.head("a")).toMatchObject({ seq: 32, oldest: 32 });
  });

  it("reads right through many trims, as a model does", async () => {
    const limit = fc.integer({ min: 1, max: 40 });
    await fc.assert(
      fc.asyncProperty(limit, fc.array(fc.integer({ min: 1, max: 3_000 }), { maxLength: 4 }), async (kept, bursts) => {
        const log = memoryLog({ roomEntries: kept });
        let seq = 0;
        for (const burst of bursts) {
          await appended(log, ...Array.from({ length: burst }, () => draft("a", `${(seq += 1)}`)));
          const expected = Array.from(
            { length: Math.min(kept, seq) },
            (_, at) => `${seq - Math.min(kept, seq) + at + 1}`,
          );
          expect(await contents(log, "a")).toEqual(expected);
          const { entries } = await log.read("a", { before: seq + 1 }, { count: 3, bytes: ALL.bytes });
          expect(entries.map(({ content }) => content)).toEqual(expected.slice(-3));
        }
      }),
      { numRuns: 30 },
    );
  });

  it("forgets a key with its entry, not before", async () => {
    const log = memoryLog({ roomEntries: 3 });
    const keyed = draft("a", "keyed", { key: "k" });
    await appended(log, keyed, draft("a", "2"), draft("a", "3"));
    expect(await appended(log, keyed)).toMatchObject([{ type: "duplicate", seq: 1 }]);
    await appended(log, draft("a", "4"));
    expect(await appended(log, keyed)).toMatchObject([{ type: "appended", entry: { seq: 5 } }]);
    expect(await appended(log, keyed)).toMatchObject([{ type: "duplicate", seq: 5 }]);
  });

  it("forgets the room that was used least recently where all of them hold too much", async () => {
    let epochs = 0;
    const log = memoryLog({ totalBytes: 33_000, newEpoch: () => `epoch ${(epochs += 1)}` });
    for (const room of ["a", "b", "c"]) await appended(log, ...saying(room, 9));
    await log.read("a", { after: 0 }, ALL);
    await appended(log, ...saying("d", 5));
    expect((await contents(log, "a")).length).toBe(9);
    expect((await contents(log, "c")).length).toBe(9);
    expect((await contents(log, "d")).length).toBe(5);
    expect(await log.head("b")).toEqual({ epoch: "epoch 5", seq: 0, oldest: 1 });
  });

  it("forgets a room in which nothing was said, once nobody follows it", async () => {
    let epochs = 0;
    const log = memoryLog({ newEpoch: () => `epoch ${(epochs += 1)}` });
    const tail = log.tail("quiet", () => undefined);
    expect((await log.head("quiet")).epoch).toBe("epoch 1");
    tail.close();
    expect((await log.head("quiet")).epoch).toBe("epoch 2");
  });

  it("yields data as it was given, and counts it as text", async () => {
    const log = memoryLog({ roomBytes: 20_000 });
    const data = { __proto__: null, list: Array.from({ length: 500 }, () => ({})) };
    await appended(log, ...saying("a", 10).map((draft) => ({ ...draft, data })));
    const { entries, oldest } = await log.read("a", { after: 0 }, ALL);
    expect(entries.at(-1)?.data).toEqual({ list: data.list });
    expect(oldest).toBeGreaterThan(1);
  });

  it("knows which was used least recently from before there was much in it, too", async () => {
    const log = memoryLog({ totalBytes: 100_000 });
    await appended(log, ...saying("a", 10), ...saying("b", 10), ...saying("a", 1));
    await appended(log, ...saying("c", 85));
    expect([(await log.head("a")).seq, (await log.head("b")).seq]).toEqual([11, 0]);
  });

  it("never gives a room that it has forgotten an old place under the same epoch", async () => {
    const log = memoryLog({ totalBytes: 20_000 });
    const seen = new Map<string, string>();
    let count = 0;
    for (let round = 0; round < 200; round += 1) {
      const room = `room ${round % 7}`;
      for (const outcome of await appended(log, draft(room, `${(count += 1)} ${KILOBYTE.repeat(4)}`))) {
        if (outcome.type !== "appended") throw new Error("it takes everything");
        const place = `${room} ${outcome.epoch} ${outcome.entry.seq}`;
        expect(seen.has(place)).toBe(false);
        seen.set(place, outcome.entry.content);
      }
    }
    expect(seen.size).toBe(200);
  });

  it("trims a room that someone follows, and does not forget it", async () => {
    const store = new MemoryStore({ totalBytes: 20_000 });
    const [here, there] = [store.connect(), store.connect()];
    here.tail("followed", () => undefined);
    await appended(there, ...saying("followed", 15));
    const { epoch } = await here.head("followed");
    await appended(there, ...saying("other", 15));
    expect(await here.head("followed")).toMatchObject({ epoch, seq: 15 });
    expect((await here.head("followed")).oldest).toBeGreaterThan(1);
    expect(await appended(there, ...saying("followed", 1))).toMatchObject([{ epoch, entry: { seq: 16 } }]);
  });

  it("is one node's own: shared says so", () => {
    expect(memoryLog().shared).toBe(false);
    expect(new MemoryStore().connect().shared).toBe(true);
  });
});
