import { randomUUID } from "node:crypto";
import { describe, expect, it } from "vitest";
import type { Clock } from "../../../src/mod.ts";
import { realPorts } from "../../../src/runtime/ports.ts";
import { ALL, appended, contents, draft } from "../drafts.ts";
import { attachment, redaction } from "../room-log-changes.contract.ts";
import { boundless, onRedis } from "./opened.ts";

const { server, opened } = onRedis();

async function set(name: string, value: string): Promise<void> {
  await server().say("CONFIG", "SET", name, value);
}

/** A clock on which nobody is kept waiting for long. */
function hasty(): Clock {
  const { clock } = realPorts();
  return {
    now: () => clock.now(),
    date: () => clock.date(),
    alarm: (atMs, run) => clock.alarm(Math.min(atMs, clock.now() + 50), run),
  };
}

describe("retention on Redis", () => {
  const at = (): number => Date.now();

  it("lets go of what is too old where nobody appends any more, and goes on behind it", async () => {
    const { log } = await opened({ limits: { ...boundless, roomMs: 60_000 }, clock: hasty() });
    const released: string[] = [];
    log.released((files) => released.push(...files));
    // Young enough to be seen there first, on a machine that stands still for seconds.
    await appended(log, draft("a", "old", { at: at() - 52_000, attachment: attachment("f") }));
    for (let count = 0; count < 3; count += 1) await appended(log, draft("b", "young", { at: at() }));
    const { epoch, oldest } = await log.head("a");
    expect(oldest).toBe(1);
    await expect.poll(() => log.head("a"), { timeout: 30_000 }).toEqual({ epoch, seq: 1, oldest: 2 });
    await expect.poll(() => released, { timeout: 30_000 }).toEqual(["f"]);
    expect(await log.attached(["f"])).toEqual(new Set());
    expect(await appended(log, draft("a", "new", { at: at() }))).toMatchObject([
      { epoch, entry: { seq: 2 }, oldest: 2 },
    ]);
    expect(await contents(log, "b")).toHaveLength(3);
  });

  it("lets go of the oldest by count, by bytes and by age, with their keys and files", async () => {
    const limits = { roomEntries: 10, roomBytes: 1024 ** 2, roomMs: 60_000 };
    const { log } = await opened({ limits });
    const released: string[] = [];
    log.released((files) => released.push(...files));
    await appended(log, draft("a", "first", { at: at(), key: "k", attachment: attachment("f") }));
    for (let count = 0; count < 10; count += 1) await appended(log, draft("a", `${count}`, { at: at() }));
    expect(await log.head("a")).toMatchObject({ seq: 11, oldest: 2 });
    expect(released).toEqual(["f"]);
    expect(await log.attached(["f"])).toEqual(new Set());
    expect(await appended(log, draft("a", "first", { at: at(), key: "k" }))).toMatchObject([
      { type: "appended", oldest: 3 },
    ]);
    const long = "x".repeat(300_000);
    for (let count = 0; count < 5; count += 1) await appended(log, draft("b", long, { at: at() }));
    expect(await log.head("b")).toMatchObject({ seq: 5, oldest: 3 });
    await appended(log, draft("c", "old", { at: at() - 70_000 }), draft("c", "new", { at: at() }));
    expect(await contents(log, "c")).toEqual(["new"]);
  });

  it("keeps nothing of a redacted text", async () => {
    const prefix = `${randomUUID()}:`;
    const { log } = await opened({ prefix });
    await appended(log, draft("a", "a secret", { data: "secret" }), redaction("a", 1));
    const texts = await server().say("LRANGE", `${prefix}room:{a}:log`, "0", "-1");
    expect(texts).toHaveLength(2);
    expect(JSON.stringify(texts)).not.toContain("secret");
    expect((await log.read("a", { after: 0 }, ALL)).entries[0]).toMatchObject({ redacted: true, content: "" });
  });

  it("refuses what there is no memory for, and takes it again", async () => {
    const { log } = await opened();
    await appended(log, draft("a", "1"));
    await set("maxmemory", "1");
    expect(await appended(log, draft("a", "2"))).toEqual([{ type: "refused", reason: "unavailable" }]);
    expect(await contents(log, "a")).toEqual(["1"]);
    await set("maxmemory", "0");
    expect(await appended(log, draft("a", "2"))).toMatchObject([{ entry: { seq: 2 } }]);
  });

  it("goes on where Redis has forgotten all scripts", async () => {
    const { log } = await opened();
    await appended(log, draft("a", "1"));
    await server().say("SCRIPT", "FLUSH");
    expect(await appended(log, draft("a", "2"))).toMatchObject([{ entry: { seq: 2 } }]);
  });
});
