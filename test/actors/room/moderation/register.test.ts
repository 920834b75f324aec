import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Register } from "../../../../src/actors/room/mod.ts";
import type { Json } from "../../../../src/actors/wire/mod.ts";
import { MemoryRecords } from "../../../../src/logs/memory-records.ts";
import { VirtualClock } from "../../../../src/testing/mod.ts";

function records(): MemoryRecords {
  return new MemoryRecords(new VirtualClock());
}

describe("Register", () => {
  it("knows what was written before, and under which version", async () => {
    const shared = records();
    const [writer, reader] = [new Register(shared, "topic"), new Register(shared, "topic")];
    await writer.write("a", () => 1);
    const version = await writer.write("b", () => 2);
    expect([...reader.take(await reader.read())].sort()).toEqual(["a", "b"]);
    expect([reader.get("a"), reader.get("b"), reader.version]).toEqual([1, 2, version]);
  });

  it("is empty, at version 0, where nothing was ever written", async () => {
    const reader = new Register(records(), "topic");
    expect(reader.take(await reader.read())).toEqual([]);
    expect([reader.version, reader.size]).toEqual([0, 0]);
  });

  it("tells registers apart whose names begin alike", async () => {
    const shared = records();
    await new Register(shared, "room2").write("a", () => "other");
    const one = new Register(shared, "room");
    await one.write("b", () => "own");
    one.take(await one.read());
    expect([...one.entries()]).toEqual([["b", "own"]]);
  });

  it("lets an older reading change nothing", async () => {
    const shared = records();
    const [writer, reader] = [new Register(shared, "topic"), new Register(shared, "topic")];
    await writer.write("a", () => 1);
    const older = await reader.read();
    await writer.write("a", () => undefined);
    reader.take(await reader.read());
    expect(reader.take(older)).toEqual([]);
    expect(reader.get("a")).toBeUndefined();
  });

  it("loses no update of those who write at once", async () => {
    const shared = records();
    const writers = Array.from({ length: 10 }, () => new Register(shared, "topic"));
    await Promise.all(writers.map((writer) => writer.write("sum", (sum) => ((sum as number | undefined) ?? 0) + 1)));
    const reader = new Register(shared, "topic");
    reader.take(await reader.read());
    expect(reader.get("sum")).toBe(10);
    expect((await reader.read()).serial).toBe(10);
  });

  it("comes to hold what its records hold, however seldom it is read", async () => {
    const name = fc.constantFrom("a", "b", "c", "d");
    const step = fc.oneof(
      { weight: 8, arbitrary: fc.record({ type: fc.constant("write" as const), name, value: fc.option(fc.nat()) }) },
      { weight: 1, arbitrary: fc.record({ type: fc.constant("read" as const) }) },
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 120 }), async (steps) => {
        const shared = records();
        const [writer, reader] = [new Register(shared, "topic"), new Register(shared, "topic")];
        const model = new Map<string, Json>();
        for (const each of [...steps, { type: "read" as const }]) {
          if (each.type === "read") {
            reader.take(await reader.read());
            expect(new Map(reader.entries())).toEqual(model);
            continue;
          }
          await writer.write(each.name, () => each.value ?? undefined);
          if (each.value === null) model.delete(each.name);
          else model.set(each.name, each.value);
        }
      }),
      { numRuns: 60 },
    );
  });
});
