import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Change, Json, Records, Stored } from "../../src/mod.ts";

/** An engine's records under test, and how to let time pass for them. */
export interface RecordsUnderTest {
  readonly records: Records;
  /** Lets `ms` go by on the engine's clock. */
  elapse(ms: number): Promise<void>;
}

/** What every engine of `Records` has to show. */
export function describeRecords(name: string, open: () => RecordsUnderTest | Promise<RecordsUnderTest>): void {
  describe(`${name} as Records`, () => {
    let records: Records;
    let elapse: RecordsUnderTest["elapse"];

    beforeEach(async () => {
      ({ records, elapse } = await open());
    });
    afterEach(() => records.close());

    async function done(outcome: ReturnType<Records["put"]>): Promise<number> {
      const settled = await outcome;
      if (settled.type !== "done") throw new Error("Cannot go on: there was a conflict");
      return settled.version;
    }

    it("answers what was put, and nothing where nothing was", async () => {
      const version = await done(records.put("a", { x: [1, "é", null] }));
      expect(await records.get("a")).toEqual({ key: "a", value: { x: [1, "é", null] }, version, expiresAt: undefined });
      expect(await records.get("b")).toBeUndefined();
    });

    it("keeps a value as it was put, whatever becomes of the caller's", async () => {
      const value = { list: [1] };
      await records.put("a", value);
      value.list.push(2);
      expect((await records.get("a"))?.value).toEqual({ list: [1] });
    });

    it("takes any text for a key, and tells all of them apart", async () => {
      const keys = ["", "__proto__", "constructor", "a\0b", "a", "a ", "é", "e\u0301", "😀", "a/b", "a%", "*"];
      for (const key of keys) await records.put(key, key);
      for (const key of keys) expect((await records.get(key))?.value).toBe(key);
    });

    it("puts on condition of a version, and says what stands there instead", async () => {
      const first = await done(records.put("a", 1, { expected: 0 }));
      expect(await records.put("a", 2, { expected: 0 })).toMatchObject({ type: "conflict", current: { value: 1 } });
      const second = await done(records.put("a", 2, { expected: first }));
      expect(second).toBeGreaterThan(first);
      expect(await records.put("a", 3, { expected: first })).toMatchObject({ type: "conflict", current: { value: 2 } });
      expect(await records.put("b", 1, { expected: first })).toEqual({ type: "conflict", current: undefined });
    });

    it("deletes on condition of a version, and never uses one twice for a key", async () => {
      const first = await done(records.put("a", 1));
      expect(await records.delete("a", { expected: first + 1 })).toMatchObject({ type: "conflict" });
      await done(records.delete("a", { expected: first }));
      expect(await records.get("a")).toBeUndefined();
      expect(await done(records.put("a", 1, { expected: 0 }))).toBeGreaterThan(first);
    });

    it("lets a record expire, and counts it as none from then on", async () => {
      // What the machine takes for it by the wall clock counts as well, where the store has a clock of its own.
      await records.put("a", 1, { ttlMs: 60_000 });
      await elapse(40_000);
      expect((await records.get("a"))?.value).toBe(1);
      await elapse(20_000);
      expect(await records.get("a")).toBeUndefined();
      expect((await records.list("", { limit: 10 })).records).toEqual([]);
      expect(await records.put("a", 2, { expected: 0 })).toMatchObject({ type: "done" });
    });

    it("lasts as long as the last put says", async () => {
      await records.put("a", 1, { ttlMs: 1_000 });
      await records.put("a", 2);
      await elapse(5_000);
      expect((await records.get("a"))?.value).toBe(2);
    });

    it("lists what begins with a prefix, in order, a page at a time", async () => {
      for (const key of ["b1", "a2", "a1", "a3", "c"]) await records.put(key, key);
      const first = await records.list("a", { limit: 2 });
      expect(first.records.map(({ key }) => key)).toEqual(["a1", "a2"]);
      const second = await records.list("a", { limit: 2, after: first.next ?? "" });
      expect(second).toMatchObject({ records: [{ key: "a3" }] });
      expect(second.next).toBeUndefined();
    });

    it("adds up, from nothing on, until the first addition's time is over", async () => {
      expect(await records.add("n", 2, { ttlMs: 60_000 })).toBe(2);
      await elapse(36_000);
      expect(await records.add("n", 3, { ttlMs: 60_000 })).toBe(5);
      await elapse(36_000);
      expect(await records.add("n", 1, { ttlMs: 60_000 })).toBe(1);
    });

    it("tells a watcher what changes under its prefix: puts, deletes and, within a second, expiry", async () => {
      const changes: Change[] = [];
      await records.put("a0", 0);
      const watch = records.watch("a", (change) => changes.push(change));
      // Long enough that nothing but this has it end before the delete, where the store has a clock of its own.
      await records.put("a1", 1, { ttlMs: 60_000 });
      await records.put("b1", 1);
      await records.delete("a0");
      await elapse(61_000);
      watch.close();
      await records.put("a2", 2);
      await elapse(0);
      const said = changes.map(({ key, stored }: { key: string; stored: Stored | undefined }) => [key, stored?.value]);
      expect(said).toEqual([
        ["a1", 1],
        ["a0", undefined],
        ["a1", undefined],
      ]);
    });

    it("tells each watcher whose prefix fits, once, and none that has closed", async () => {
      const heard: string[] = [];
      const watch = (prefix: string): ReturnType<Records["watch"]> =>
        records.watch(prefix, ({ key }) => heard.push(`${prefix || "all"}: ${key}`));
      const watches = ["", "room", "room lobby", "room lobby", "room lobby state", "room attic"].map(watch);
      await records.put("room lobby state", 1);
      await elapse(0);
      expect(heard.toSorted()).toEqual([
        "all: room lobby state",
        "room lobby state: room lobby state",
        "room lobby: room lobby state",
        "room lobby: room lobby state",
        "room: room lobby state",
      ]);
      for (const [at, each] of watches.entries()) if (at !== 2) each.close();
      heard.length = 0;
      await records.put("room lobby", 2);
      await records.put("room attic", 2);
      await elapse(0);
      expect(heard).toEqual(["room lobby: room lobby"]);
      watches[2]?.close();
    });

    it("does as a plain map would, whatever is asked of it", async () => {
      const key = fc.constantFrom("a", "b", "ab", "");
      let run = 0;
      const command = fc.oneof(
        fc.record({ type: fc.constant("put" as const), key, value: fc.jsonValue(), right: fc.boolean() }),
        fc.record({ type: fc.constant("delete" as const), key, right: fc.boolean() }),
        fc.record({ type: fc.constant("list" as const), key, limit: fc.integer({ min: 1, max: 3 }) }),
      );
      await fc.assert(
        fc.asyncProperty(fc.array(command, { maxLength: 30 }), async (commands) => {
          run += 1;
          const own = (key: string): string => `${run}/${key}`;
          const model = new Map<string, { value: Json; version: number }>();
          for (const said of commands) {
            const held = model.get(said.key);
            const expected = "right" in said && !said.right ? 1_000_000 : (held?.version ?? 0);
            if (said.type === "put") {
              const value = JSON.parse(JSON.stringify(said.value)) as Json;
              const outcome = await records.put(own(said.key), value, { expected });
              expect(outcome.type).toBe(said.right ? "done" : "conflict");
              if (outcome.type === "done") model.set(said.key, { value, version: outcome.version });
            } else if (said.type === "delete") {
              const outcome = await records.delete(own(said.key), { expected });
              expect(outcome.type).toBe(said.right ? "done" : "conflict");
              if (said.right) model.delete(said.key);
            } else {
              const keys = [...model.keys()].filter((one) => one.startsWith(said.key)).sort();
              const page = await records.list(own(said.key), { limit: said.limit });
              expect(page.records.map((record) => record.key)).toEqual(keys.slice(0, said.limit).map(own));
              expect(page.next).toBe(keys.length > said.limit ? own(keys[said.limit - 1] ?? "") : undefined);
            }
            for (const [one, { value, version }] of model) {
              expect(await records.get(own(one))).toEqual({ key: own(one), value, version, expiresAt: undefined });
            }
          }
        }),
        { numRuns: 50 },
      );
    });
  });
}
