import { randomUUID } from "node:crypto";
import { describe, expect, it } from "vitest";
import { appended, draft } from "../drafts.ts";
import { cable } from "./cable.ts";
import { onRedis, settled } from "./opened.ts";

const { server, opened } = onRedis();
const SOON = { timeout: 30_000 };

describe("a node that was cut off", () => {
  it("hears what it has missed once it is back: entries, records, and what is said from then on", async () => {
    const prefix = `${randomUUID()}:`;
    const wire = await cable(server().port);
    const [here, there] = [await opened({ prefix, url: wire.url }), await opened({ prefix })];
    const [said, changed, heard]: [string[], unknown[], unknown[]] = [[], [], []];
    await there.records.put("room kept", 1);
    await there.records.put("room gone", 1);
    here.log.tail("a", (_, entries) => said.push(...entries.map(({ content }) => content)));
    here.records.watch("room", ({ key, stored }) => changed.push([key, stored?.value]));
    here.bus.subscribe("t", (message) => heard.push(message));
    await settled([here, there]);
    changed.length = 0;
    wire.cut();
    await expect.poll(() => here.heard.at(-1)?.type, SOON).toBe("unavailable");
    await appended(there.log, draft("a", "1"), draft("a", "2"));
    await there.records.put("room kept", 2);
    await there.records.delete("room gone");
    await there.records.put("elsewhere", 1);
    here.bus.publish("t", "lost");
    wire.mend();
    await expect.poll(() => said, SOON).toEqual(["1", "2"]);
    await expect
      .poll(() => changed, SOON)
      .toEqual([
        ["room kept", 2],
        ["room gone", undefined],
      ]);
    await settled([here, there]);
    there.bus.publish("t", "heard");
    await appended(there.log, draft("a", "3"));
    await settled([here, there]);
    expect(heard).toEqual(["heard"]);
    expect(said).toEqual(["1", "2", "3"]);
    // It was the same Redis all along.
    expect(here.heard.map(({ type }) => type)).toEqual(["configured", "unavailable", "available"]);
    wire.close();
  });

  it("hears of each of many records that have changed meanwhile, once, in order", async () => {
    const prefix = `${randomUUID()}:`;
    const wire = await cable(server().port);
    const [here, there] = [await opened({ prefix, url: wire.url }), await opened({ prefix })];
    const keys = Array.from({ length: 1_300 }, (_, at) => `key ${at}`);
    await Promise.all(keys.map((key) => there.records.put(key, "old")));
    await settled([here, there]);
    const changed: unknown[] = [];
    here.records.watch("key", ({ key, stored }) => changed.push([key, stored?.value]));
    wire.cut();
    await expect.poll(() => here.heard.at(-1)?.type, SOON).toBe("unavailable");
    const expected: unknown[] = [];
    for (const [at, key] of keys.entries()) {
      if (at % 2 === 0) await there.records.delete(key);
      else await there.records.put(key, "new");
      expected.push([key, at % 2 === 0 ? undefined : "new"]);
    }
    wire.mend();
    await expect.poll(() => changed.length, SOON).toBe(keys.length);
    await settled([here, there]);
    expect(changed).toEqual(expected);
    wire.close();
  });
});
