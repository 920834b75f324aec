import { describe, expect, it } from "vitest";
import { memoryLog } from "../../../src/logs/memory.ts";
import { Venue } from "../connection/venue.ts";
import { UnrulyLog } from "./unruly-log.ts";

const EVENT_BYTES = 262_144;

async function told(count: number, { content = "message", key = false, log = memoryLog() } = {}) {
  const venue = new Venue({ log });
  const ada = await venue.member("ada");
  for (let at = 1; at <= count; at += 1) {
    ada.say({ type: "message", room: "lobby", content, ...(key && { key: `${at}`.padEnd(64, "k") }) });
    if (at % 100 === 0) await venue.stage.settle();
  }
  await venue.stage.settle();
  ada.forget();
  async function history(query: object) {
    ada.say({ type: "history", room: "lobby", ...query });
    await venue.stage.settle();
    const event = ada.last("history") as unknown as { messages: { seq: number }[]; more: boolean; oldest: number };
    return { seqs: event.messages.map(({ seq }) => seq), more: event.more, oldest: event.oldest };
  }
  return { venue, ada, history };
}

describe("history", () => {
  it("answers with the newest, with what is before a place, and with what is after one", async () => {
    const { history } = await told(10);
    expect(await history({ limit: 3 })).toEqual({ seqs: [8, 9, 10], more: true, oldest: 1 });
    expect(await history({ before: 4, limit: 200 })).toEqual({ seqs: [1, 2, 3], more: false, oldest: 1 });
    expect(await history({ after: 7, limit: 2 })).toEqual({ seqs: [8, 9], more: true, oldest: 1 });
    expect(await history({ after: 10 })).toEqual({ seqs: [], more: false, oldest: 1 });
    expect(await history({ before: 1 })).toEqual({ seqs: [], more: false, oldest: 1 });
    expect(await history({ before: 4_000, limit: 1 })).toEqual({ seqs: [10], more: true, oldest: 1 });
  });

  it("knows an empty room", async () => {
    const { history } = await told(0);
    for (const query of [{}, { before: 1 }, { after: 0 }]) {
      expect(await history(query)).toEqual({ seqs: [], more: false, oldest: 1 });
    }
  });

  it("walks through more than memory holds, both ways, without a hole", async () => {
    const { history } = await told(1_200);
    const all = Array.from({ length: 1_200 }, (_, at) => at + 1);
    const back: number[] = [];
    for (let more = true; more; ) {
      const page = await history(back.length === 0 ? { limit: 170 } : { before: back[0], limit: 170 });
      back.unshift(...page.seqs);
      more = page.more;
    }
    expect(back).toEqual(all);
    const forth: number[] = [];
    for (let more = true; more; ) {
      const page = await history({ after: forth.at(-1) ?? 0, limit: 170 });
      forth.push(...page.seqs);
      more = page.more;
    }
    expect(forth).toEqual(all);
  });

  it.each([
    ["plain text", "x".repeat(1_000), false],
    ["text that grows as JSON", "\u0001".repeat(1_000), false],
    ["text that grows in UTF-8", "\u4e00".repeat(1_000), false],
    ["keys of one's own", `${"x".repeat(800)}${"\u00e9".repeat(200)}`, true],
  ])("keeps each event to 256 KiB: %s", async (_, content, key) => {
    const { ada, history } = await told(900, { content, key });
    await history({ limit: 200 });
    await history({ before: 400, limit: 200 });
    const sizes = ada.socket.writes.flat().map((text) => new TextEncoder().encode(text).length);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(EVENT_BYTES);
  });

  it("shows nothing from before the oldest entry that it names", async () => {
    const { history } = await told(50, { log: memoryLog({ roomEntries: 10 }) });
    expect(await history({ limit: 40 })).toMatchObject({ oldest: 41, more: false });
    expect((await history({ limit: 40 })).seqs[0]).toBe(41);
  });

  it("says that the log does not answer, and when to try again", async () => {
    const log = new UnrulyLog(memoryLog());
    const { venue, ada } = await told(1_000, { log });
    log.reads = "fail";
    ada.say({ type: "history", room: "lobby", before: 50, id: 1 }, { type: "history", room: "lobby", limit: 1, id: 2 });
    await venue.stage.settle();
    expect(ada.last("error")).toMatchObject({ id: 1, code: "unavailable", retryAfter: 1_000 });
    expect(ada.last("history")).toMatchObject({ id: 2, messages: [{ seq: 1_000 }] });
  });
});
