import { describe, expect } from "vitest";
import { test } from "./contract-test.ts";
import { range, seqsOf } from "./seqs.ts";
import { freshRoom, stage } from "./stage.ts";

const { guest, member, writer } = stage();

describe("history", () => {
  test("without a place yields the newest, ascending", async () => {
    const client = await writer(30);
    const { room } = client;
    const page = await client.request({ type: "history", room, limit: 10 }, "history");
    expect(seqsOf(page)).toEqual(range(21, 30));
    expect(page).toMatchObject({ room, more: true, oldest: 1 });
  });

  test("before a seq pages back to the first", async () => {
    const client = await writer(25);
    const { room } = client;
    const seen: number[][] = [];
    let before: number | undefined;
    for (let more = true; more; ) {
      const page = await client.request(
        { type: "history", room, limit: 10, ...(before === undefined ? {} : { before }) },
        "history",
      );
      seen.unshift(seqsOf(page));
      before = seen[0]?.[0];
      ({ more } = page);
    }
    expect(seen).toEqual([range(1, 5), range(6, 15), range(16, 25)]);
  });

  test("after a seq pages on to the newest", async () => {
    const client = await writer(25);
    const { room } = client;
    const seen: number[][] = [];
    let after = 0;
    for (let more = true; more; ) {
      const page = await client.request({ type: "history", room, limit: 10, after }, "history");
      seen.push(seqsOf(page));
      after = seen.at(-1)?.at(-1) ?? after;
      ({ more } = page);
    }
    expect(seen).toEqual([range(1, 10), range(11, 20), range(21, 25)]);
  });

  test("beyond either end is empty and has no more", async () => {
    const client = await writer(3);
    const { room } = client;
    for (const place of [{ after: 3 }, { after: 1_000_000 }, { before: 1 }, { before: 0 }]) {
      expect(await client.request({ type: "history", room, ...place }, "history")).toMatchObject({
        messages: [],
        more: false,
      });
    }
  });

  test("of an empty room is empty", async () => {
    const client = await writer(0);
    const { room } = client;
    expect(await client.request({ type: "history", room }, "history")).toMatchObject({ messages: [], more: false });
  });

  test("shows each entry as the event it is", async () => {
    const client = await writer(1);
    const { room } = client;
    const { messages } = await client.request({ type: "history", room }, "history");
    const live = client.events.find(({ type }) => type === "message");
    expect(messages[0]).toEqual(live);
  });

  test("bears the epoch of the joined", async () => {
    const room = freshRoom();
    const client = await member(room);
    expect((await client.request({ type: "history", room }, "history")).epoch).toBe(client.joined.epoch);
  });

  test("stays within 256 KiB, and says that there is more", async () => {
    const room = freshRoom();
    const client = await member(room);
    const data = "x".repeat(15_000);
    for (let at = 0; at < 40; at++) client.send({ type: "message", room, content: `${at}`, data });
    await client.take("message", 40);
    const page = await client.request({ type: "history", room, limit: 200 }, "history");
    expect(JSON.stringify(page).length).toBeLessThanOrEqual(256 * 1024);
    expect(page.more).toBe(true);
    expect(seqsOf(page).at(-1)).toBe(40);
    const forth = await client.request({ type: "history", room, limit: 200, after: 0 }, "history");
    expect(JSON.stringify(forth).length).toBeLessThanOrEqual(256 * 1024);
    expect(forth.more).toBe(true);
    expect(seqsOf(forth)[0]).toBe(1);
    const late = await guest();
    const joined = await late.request({ type: "join", room, history: 200 }, "joined");
    expect(JSON.stringify(joined).length).toBeLessThanOrEqual(256 * 1024);
    expect(seqsOf(joined).at(-1)).toBe(40);
  });

  test("of both before and after is a bad_command", async () => {
    const client = await writer(1);
    const { room } = client;
    expect((await client.request({ type: "history", room, before: 5, after: 1 }, "error")).code).toBe("bad_command");
  });

  for (const [field, value] of [
    ["limit", 0],
    ["limit", 201],
    ["limit", 1.5],
    ["limit", "5"],
    ["before", -1],
    ["before", "5"],
    ["after", -1],
    ["after", 1e300],
    ["after", null],
  ] as const) {
    test(`with ${field} ${JSON.stringify(value)} is a bad_command`, async () => {
      const client = await member(freshRoom());
      expect(await client.request({ type: "history", [field]: value }, "error")).toMatchObject({
        code: "bad_command",
        issues: [field],
      });
    });
  }

  test("of a room one has not joined is answered with not_joined", async () => {
    const client = await guest();
    expect((await client.request({ type: "history", room: freshRoom() }, "error")).code).toBe("not_joined");
  });
});
