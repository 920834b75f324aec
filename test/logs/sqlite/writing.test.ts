import { readdirSync, readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Draft, Outcome } from "../../../src/actors/room/mod.ts";
import { ALL, appended, contents, draft, seqOf } from "../drafts.ts";
import { attachment, redaction } from "../room-log-changes.contract.ts";
import { boundless } from "./boundless.ts";
import { opened } from "./opened.ts";

describe("writing on SQLite", () => {
  it("makes one commit of what many rooms want while another is under way", async () => {
    const { log } = await opened({ faults: { commitMs: 100 } });
    const startedMs = performance.now();
    const rounds = Array.from({ length: 40 }, (_, at) =>
      appended(log, draft(`room ${at}`, "x"), draft("all", `${at}`)),
    );
    const outcomes = (await Promise.all(rounds)).flat();
    expect(outcomes.filter(({ type }) => type === "appended")).toHaveLength(80);
    // Two or three commits; forty would take four seconds.
    expect(performance.now() - startedMs).toBeLessThan(2_000);
    expect(await contents(log, "all")).toEqual(Array.from({ length: 40 }, (_, at) => `${at}`));
  });

  it("holds up neither reads nor the event loop while a commit takes a second", async () => {
    const { log, records } = await opened({ faults: { commitMs: 1_000 } });
    await appended(log, ...Array.from({ length: 300 }, (_, at) => draft("a", `${at}`)));
    await records.put("k", 1);
    const spans: number[] = [];
    let over = false;
    const commit = appended(log, draft("a", "slow")).then(() => (over = true));
    while (!over) {
      const startedMs = performance.now();
      await log.read("a", { before: 300 }, { count: 200, bytes: 1e6 });
      await records.get("k");
      await new Promise((resolve) => setTimeout(resolve, 1));
      spans.push(performance.now() - startedMs);
    }
    await commit;
    expect(spans.length).toBeGreaterThan(15);
    spans.sort((one, other) => one - other);
    // A busy machine may stop this process itself for a moment; a read behind the commit would take all of a second.
    expect(spans[Math.floor(spans.length * 0.9)]).toBeLessThan(50);
    expect(spans.at(-1)).toBeLessThan(500);
  }, 20_000);

  it("answers both repeats of a key that is still under way from the one commit", async () => {
    const { log } = await opened({ faults: { commitMs: 200 } });
    const keyed = draft("a", "once", { key: "k" });
    const [first, again] = await Promise.all([appended(log, keyed), appended(log, keyed)]);
    expect([first[0], again[0]]).toMatchObject([{ entry: { seq: 1 } }, { type: "duplicate", seq: 1 }]);
  });

  it("leaves out a draft that no row can hold, and nothing else", async () => {
    const { log } = await opened();
    const data = { toJSON: () => BigInt(1) } as unknown as string;
    const outcomes = await appended(
      log,
      draft("a", "1", { key: "k" }),
      draft("a", "no time", { at: Number.NaN }),
      draft("a", "no number", { at: 0.5 }),
      draft("b", "no text", { data }),
      draft("c", "no time", { at: Number.POSITIVE_INFINITY }),
      draft("a", "2"),
      draft("c", "1"),
    );
    expect(outcomes.map(({ type }) => type)).toEqual([
      "appended",
      "refused",
      "refused",
      "refused",
      "refused",
      "appended",
      "appended",
    ]);
    expect(outcomes.map(seqOf)).toEqual([1, undefined, undefined, undefined, undefined, 2, 1]);
    expect(await contents(log, "a")).toEqual(["1", "2"]);
  });

  it("finds the one at fault, or repeated, among many that go in together, and keeps the order of the rest", async () => {
    const { log } = await opened({ limits: { ...boundless, roomEntries: 30 } });
    const many = Array.from({ length: 40 }, (_, at) => {
      const key = at === 21 ? "5" : at === 37 ? "36" : `${at}`;
      return draft(at % 3 === 0 ? "a" : "b", `${at}`, { key, at: at === 13 ? Number.NaN : 1_000 });
    });
    const first = await appended(log, ...many);
    const odd = [...first.entries()].filter(([, { type }]) => type !== "appended");
    expect(odd).toEqual([[13, { type: "refused", reason: "unavailable" }]]);
    // 21 is in the other room than 5 and 37 than 36, so that neither repeats it.
    const again = await appended(log, ...many.slice(20, 28), draft("a", "new"), ...many.slice(30, 40));
    const numbers = again.map((outcome) => `${outcome.type} ${seqOf(outcome)}`);
    const expected = first.slice(20, 28).map((outcome) => `duplicate ${seqOf(outcome)}`);
    expected.push("appended 15", ...first.slice(30, 40).map((outcome) => `duplicate ${seqOf(outcome)}`));
    expect(numbers).toEqual(expected);
    expect(await contents(log, "a")).toEqual([
      ...many.filter(({ room }) => room === "a").map(({ content }) => content),
      "new",
    ]);
    const last = await appended(log, ...Array.from({ length: 17 }, (_, at) => draft("a", `more ${at}`)));
    expect(last.at(-1)).toMatchObject({ entry: { seq: 32 }, oldest: 3 });
    expect((await contents(log, "a"))[0]).toBe("6");
  });

  it("gives back every text as it was", async () => {
    const { log, records } = await opened();
    const text = fc.string({ unit: "grapheme", maxLength: 20 });
    const odd = fc.oneof(text, fc.constantFrom("a\0b", "\0", "\ud800", "\udfff\ud800", "\u2028", "\ufeff", '"\\'));
    await fc.assert(
      fc.asyncProperty(odd, odd, fc.jsonValue(), async (content, name, value) => {
        const data = JSON.parse(JSON.stringify(value)) as Draft["data"];
        const sender = { id: name, name };
        const [outcome] = await appended(log, draft("a", content, { data, sender, key: content }));
        const seq = seqOf(outcome) ?? 0;
        const { entries } = await log.read("a", { after: seq - 1 }, { count: 1, bytes: 0 });
        if (outcome?.type === "appended") expect(entries[0]).toEqual({ ...outcome.entry, seq });
        await records.put(content, [name]);
        expect((await records.get(content))?.value).toEqual([name]);
      }),
      { numRuns: 60 },
    );
  }, 20_000);

  it("leaves nothing of a redacted text in any file", async () => {
    const { log, folder } = await opened();
    const long = `long secret ${"y".repeat(9_000)}`;
    const said = [draft("a", "short secret"), draft("a", long, { data: { more: "secret data" } }), draft("a", "stays")];
    await appended(log, ...said, draft("a", "f", { attachment: { ...attachment("f"), name: "secret name" } }));
    const traces = (): number =>
      readdirSync(folder).filter((name) => readFileSync(`${folder}/${name}`).includes("secret")).length;
    expect(traces()).toBeGreaterThan(0);
    await appended(log, redaction("a", 1), redaction("a", 2), redaction("a", 4));
    await expect.poll(traces, { timeout: 5_000, interval: 50 }).toBe(0);
    expect((await log.read("a", { after: 0 }, ALL)).entries.map(({ content }) => content)).toContain("stays");
  });

  it("keeps fences, policies, keys, redactions and files through a restart", async () => {
    const first = await opened();
    const fence = (token: number) => ({ fence: { host: "bot", token } });
    await appended(first.log, draft("a", "1", { key: "k", ...fence(5) }), draft("a", "2"), redaction("a", 2));
    await appended(first.log, draft("a", "4", { attachment: attachment("f") }));
    await first.log.raise("a", 3);
    await first.log.raise(undefined, 2);
    await first.close();
    const { log } = await opened({ folder: first.folder });
    const outcomes = await appended(
      log,
      draft("a", "1", { key: "k" }),
      draft("a", "late", fence(4)),
      draft("a", "outdated", { policy: { room: 2, house: 2 } }),
      draft("a", "outdated", { policy: { room: 3, house: 1 } }),
      redaction("a", 2),
      draft("a", "5", { policy: { room: 3, house: 2 }, ...fence(5) }),
    );
    expect(outcomes).toMatchObject([
      { type: "duplicate", seq: 1 },
      { reason: "fenced" },
      { reason: "outdated" },
      { reason: "outdated" },
      { reason: "missing" },
      { entry: { seq: 5 } },
    ]);
    expect(await log.attached(["f"])).toEqual(new Set(["f"]));
    expect(await contents(log, "a")).toEqual(["1", "", "", "4", "5"]);
  });
});

describe("a thread of the store that dies", () => {
  it("leaves what it had not answered unknown, and is started again: a repeat says what became of it", async () => {
    const { log, records, writer, heard } = await opened({ faults: { commitMs: 50 } });
    const outcomes = new Map<string, Outcome>();
    for (let round = 0; round < 3; round += 1) {
      const asked = Array.from({ length: 20 }, (_, at) => draft("a", `${round} ${at}`, { key: `${round} ${at}` }));
      const answers = asked.map(async (one) => outcomes.set(one.key ?? "", (await appended(log, one))[0] as Outcome));
      const put = records.put(`${round}`, round).catch(() => "not known");
      await new Promise((resolve) => setTimeout(resolve, 10));
      writer.kill();
      await Promise.all(answers);
      await put;
      await expect
        .poll(async () => (await appended(log, draft("b", "?")))[0]?.type, { timeout: 5_000 })
        .toBe("appended");
    }
    expect([...outcomes.values()].some(({ type }) => type === "unknown")).toBe(true);
    for (const [key, outcome] of outcomes) {
      const [again] = await appended(log, draft("a", key, { key }));
      if (outcome.type === "appended") expect(again).toMatchObject({ type: "duplicate", seq: outcome.entry.seq });
      else expect(["appended", "duplicate"]).toContain(again?.type);
    }
    const { entries, seq } = await log.read("a", { after: 0 }, ALL);
    expect(entries.map((entry) => entry.seq)).toEqual(Array.from({ length: seq }, (_, at) => at + 1));
    expect(new Set(entries.map(({ content }) => content)).size).toBe(60);
    expect(entries).toHaveLength(60);
    expect(heard.filter(({ type }) => type === "died").length).toBeGreaterThan(1);
  }, 30_000);

  it("fails the reads that waited for it, and serves the next ones", async () => {
    const { log, reader } = await opened();
    await appended(log, draft("a", "1"));
    const waiting = log.read("a", { after: 0 }, ALL);
    reader.kill();
    await waiting.catch((error: unknown) => expect(String(error)).toContain("Cannot read"));
    await expect.poll(() => contents(log, "a").catch(() => []), { timeout: 5_000 }).toEqual(["1"]);
  });
});
