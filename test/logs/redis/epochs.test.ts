import { randomUUID } from "node:crypto";
import { describe, expect, it } from "vitest";
import { appended, contents, draft } from "../drafts.ts";
import { onRedis } from "./opened.ts";

const { server, opened } = onRedis();

describe("a room's epoch on Redis", () => {
  it("stays as long as Redis runs, for whoever comes and goes", async () => {
    const prefix = `${randomUUID()}:`;
    const one = await opened({ prefix });
    await appended(one.log, draft("a", "1"));
    const { epoch } = await one.log.head("a");
    await one.close();
    const other = await opened({ prefix });
    expect(await appended(other.log, draft("a", "2"))).toMatchObject([{ epoch, entry: { seq: 2 } }]);
    expect(other.heard.map(({ type }) => type)).toEqual(["configured"]);
  });

  it("is another one after FLUSHALL, and those who follow the room are told", async () => {
    const { log } = await opened();
    await appended(log, draft("a", "1"), draft("a", "2"));
    const { epoch } = await log.head("a");
    const told: string[] = [];
    log.tail("a", (now) => told.push(now));
    await log.head("a");
    await server().say("FLUSHALL");
    const [outcome] = await appended(log, draft("a", "new"));
    expect(outcome).toMatchObject({ type: "appended", entry: { seq: 1 } });
    const now = (await log.head("a")).epoch;
    expect(now).not.toBe(epoch);
    await expect.poll(() => told, { timeout: 30_000 }).toContain(now);
  });

  it("is another one where Redis goes on behind what a node has seen, though it was never started again", async () => {
    const prefix = `${randomUUID()}:`;
    const { log } = await opened({ prefix });
    await appended(log, draft("a", "1"));
    const { epoch } = await log.head("a");
    const keys = (await server().say("KEYS", `${prefix}*`)) as string[];
    const kept = await Promise.all(keys.map(async (key) => [key, await dumped(key)] as const));
    await appended(log, draft("a", "2"));
    for (const [key, dump] of kept) await restore(key, dump);
    const [outcome] = await appended(log, draft("a", "otherwise"));
    expect(outcome).toMatchObject({ type: "appended", entry: { seq: 2 } });
    expect((await log.head("a")).epoch).not.toBe(epoch);
    expect(await contents(log, "a")).toEqual(["1", "otherwise"]);
  });

  /** What a key has, by a copy of it under another name. */
  async function dumped(key: string): Promise<string> {
    const copy = `copy of ${key}`;
    await server().say("COPY", key, copy, "REPLACE");
    return copy;
  }

  async function restore(key: string, copy: string): Promise<void> {
    await server().say("COPY", copy, key, "REPLACE");
  }
});
