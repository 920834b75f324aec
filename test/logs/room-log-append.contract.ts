import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { RoomLog } from "../../src/actors/room/mod.ts";
import { ALL, appended, contents, draft, seqOf } from "./drafts.ts";

interface Said {
  readonly room: string;
  readonly sender: string;
  readonly key: string | undefined;
}

const said: fc.Arbitrary<Said> = fc.record({
  room: fc.constantFrom("one", "two", "__proto__"),
  sender: fc.constantFrom("ada", "grace"),
  key: fc.option(fc.constantFrom("a", "b", "c", "constructor"), { nil: undefined }),
});

/** What appending does alike in every engine, on one node. */
export function describeAppends(name: string, one: () => Promise<RoomLog>): void {
  describe(`${name}: append()`, () => {
    it("numbers a room's entries 1, 2, 3 … whatever is appended to others, with one outcome per draft", async () => {
      const log = await one();
      const outcomes = await appended(log, draft("a", "1"), draft("b", "1"), draft("a", "2"), draft("a", "3"));
      expect(outcomes.map(seqOf)).toEqual([1, 1, 2, 3]);
      expect(outcomes.map(({ type }) => type)).toEqual(Array.from({ length: 4 }, () => "appended"));
      expect(await appended(log)).toEqual([]);
    });

    it("keeps an entry as it was said", async () => {
      const log = await one();
      const data = { deep: [1, null, { __proto__: "data" }], text: "\u2028 \u{1f600}" };
      const spoken = draft("a", "h\u00e9llo", { data, key: "k", at: 42, sender: { id: "user one", name: "" } });
      const [outcome] = await appended(log, spoken);
      const { room: _, fence: __, ...kept } = spoken;
      expect(outcome).toMatchObject({ type: "appended", oldest: 1, entry: { seq: 1, ...kept } });
      const { entries } = await log.read("a", { after: 0 }, ALL);
      expect(entries).toMatchObject([{ seq: 1, ...kept }]);
    });

    it("yields one entry per key, sender and room, and the same outcome to each repeat, as a model does", async () => {
      const log = await one();
      let run = 0;
      await fc.assert(
        fc.asyncProperty(fc.array(fc.array(said, { maxLength: 6 }), { maxLength: 12 }), async (batches) => {
          run += 1;
          const rooms = new Map<string, string[]>();
          const keys = new Map<string, number>();
          let count = 0;
          for (const batch of batches) {
            const expected: string[] = [];
            const drafts = batch.map(({ room: name, sender, key }) => {
              const room = `${name} ${run}`;
              const content = `${(count += 1)}`;
              const mark = JSON.stringify([room, sender, key]);
              const earlier = key === undefined ? undefined : keys.get(mark);
              const entries = rooms.get(room) ?? [];
              rooms.set(room, entries);
              if (earlier === undefined) {
                entries.push(content);
                keys.set(mark, entries.length);
                expected.push(`appended ${entries.length}`);
              } else {
                expected.push(`duplicate ${earlier}`);
              }
              return draft(room, content, { key, sender: { id: sender, name: sender } });
            });
            const outcomes = await appended(log, ...drafts);
            expect(outcomes.map((outcome) => `${outcome.type} ${seqOf(outcome)}`)).toEqual(expected);
          }
          for (const [room, entries] of rooms) expect(await contents(log, room)).toEqual(entries);
        }),
        { numRuns: 40 },
      );
    });

    it("keeps one epoch for a room, and names it in every outcome", async () => {
      const log = await one();
      const outcomes = [
        ...(await appended(log, draft("a", "1", { key: "k" }))),
        ...(await appended(log, draft("a", "2", { key: "k" }), draft("a", "3"))),
      ];
      const { epoch } = await log.head("a");
      expect(epoch).toMatch(/^.{1,64}$/);
      expect(outcomes.map((outcome) => "epoch" in outcome && outcome.epoch)).toEqual([epoch, epoch, epoch]);
    });

    it("refuses what comes under an older lease than it has seen, of the same host in the same room alone", async () => {
      const log = await one();
      const under = (room: string, host: string, token: number) => draft(room, "x", { fence: { host, token } });
      const outcomes = await appended(
        log,
        under("a", "bot", 2),
        under("a", "bot", 1),
        under("a", "bot", 2),
        under("a", "ticker", 1),
        under("b", "bot", 1),
        under("a", "bot", 3),
        draft("a", "by a member"),
      );
      expect(outcomes.map(({ type }) => type)).toEqual([
        "appended",
        "refused",
        ...Array.from({ length: 5 }, () => "appended"),
      ]);
      expect(outcomes[1]).toEqual({ type: "refused", reason: "fenced" });
      expect(outcomes.map(seqOf)).toEqual([1, undefined, 2, 3, 1, 4, 5]);
    });
  });
}
