import { afterEach, describe, expect, it } from "vitest";
import { ALL, appended, contents, draft, seqOf } from "../drafts.ts";
import { onRedis } from "./opened.ts";

const { server, opened } = onRedis();
const refused = { type: "refused", reason: "unavailable" };

describe("a node whose Redis does not answer", () => {
  afterEach(() => server().signal("SIGCONT"));

  it("is told so within its time: unknown where it was asked, unavailable from then on, and reads are rejected", async () => {
    const { log, records, heard } = await opened({ timeoutMs: 500 });
    await appended(log, draft("a", "1"));
    server().signal("SIGSTOP");
    const startedMs = performance.now();
    const [asked] = await appended(log, draft("a", "asked", { key: "k" }));
    expect(asked).toEqual({ type: "unknown" });
    expect(await appended(log, draft("a", "not asked"))).toEqual([refused]);
    await expect(log.read("a", { after: 0 }, ALL)).rejects.toThrow("Cannot read");
    await expect(records.put("k", 1)).rejects.toThrow("Cannot write");
    expect(performance.now() - startedMs).toBeLessThan(5_000);
    expect(heard.at(-1)).toMatchObject({ type: "unavailable" });
    server().signal("SIGCONT");
    await expect.poll(() => heard.at(-1)?.type, { timeout: 15_000 }).toBe("available");
    // It was asked before it stood still: so it stands there, and only once.
    expect((await appended(log, draft("a", "asked", { key: "k" }))).map(seqOf)).toEqual([2]);
    expect(await contents(log, "a")).toEqual(["1", "asked"]);
  });

  it("takes it for no silence that it stood still itself", async () => {
    const { log, heard } = await opened({ timeoutMs: 300 });
    server().signal("SIGSTOP");
    const asked = appended(log, draft("a", "1"));
    // What is asked for goes out first; it is answered while nobody can read it.
    await new Promise((resolve) => setTimeout(resolve, 50));
    server().signal("SIGCONT");
    const untilMs = performance.now() + 1_000;
    while (performance.now() < untilMs);
    expect(await asked).toMatchObject([{ type: "appended" }]);
    expect(heard.map(({ type }) => type)).toEqual(["configured"]);
  });

  it("does not start", async () => {
    server().signal("SIGSTOP");
    await expect(opened({ timeoutMs: 300 })).rejects.toThrow("Cannot use Redis: no answer within 300 ms");
  });

  it("ends in time all the same", async () => {
    const store = await opened({ timeoutMs: 300 });
    server().signal("SIGSTOP");
    const startedMs = performance.now();
    await store.close();
    expect(performance.now() - startedMs).toBeLessThan(1_000);
    expect(await appended(store.log, draft("a", "late"))).toEqual([refused]);
  });
});
