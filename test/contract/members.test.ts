import { describe, expect } from "vitest";
import { test } from "./contract-test.ts";
import { range } from "./seqs.ts";
import { freshRoom, stage } from "./stage.ts";

const { guest, member, writer } = stage();

describe("members", () => {
  test("refuses a cursor that is none", async () => {
    const client = await guest();
    await client.request({ type: "join", room: "cursors" }, "joined");
    for (const cursor of [" ", "0x1", "1e0", "-0", "+1", "next"]) {
      const refused = await client.request({ type: "members", room: "cursors", cursor }, "error");
      expect(refused).toMatchObject({ code: "bad_command", issues: ["cursor"] });
    }
  });

  test("pages through everyone by cursor, each once", async () => {
    const room = freshRoom();
    const names = range(1, 7).map((at) => `user_${at}`);
    const client = await member(room, names[0]);
    for (const name of names.slice(1)) await member(room, name);
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await client.request(
        { type: "members", room, limit: 3, ...(cursor === undefined ? {} : { cursor }) },
        "members",
      );
      expect(page.count).toBe(7);
      expect(page.members.length).toBeLessThanOrEqual(3);
      seen.push(...page.members.map(({ name }) => name));
      ({ cursor } = page);
    } while (cursor !== undefined);
    expect(seen.toSorted()).toEqual(names);
  });

  test("counts a user of several connections once", async () => {
    const room = freshRoom();
    const ada = await member(room, "ada");
    await member(room, "ada");
    expect(await ada.request({ type: "members", room }, "members")).toMatchObject({
      count: 1,
      members: [{ id: "guest:ada", name: "ada" }],
    });
  });

  test("with a cursor that was never given does no harm", async () => {
    const room = freshRoom();
    const client = await member(room);
    client.send({ type: "members", room, cursor: "zzz" });
    await client.settled();
  });

  for (const limit of [0, -1, "3", 1.5]) {
    test(`with limit ${JSON.stringify(limit)} is a bad_command`, async () => {
      const client = await member(freshRoom());
      expect(await client.request({ type: "members", limit }, "error")).toMatchObject({
        code: "bad_command",
        issues: ["limit"],
      });
    });
  }
});

describe("rooms", () => {
  test("lists rooms by prefix with how many are in each", async () => {
    const prefix = freshRoom("list");
    const [one, two] = [`${prefix}.a`, `${prefix}.b`];
    const client = await member(one, "ada");
    await member(one, "bob");
    await member(two, "ada");
    await member(freshRoom("other"));
    const counts = async (): Promise<string[]> =>
      (await client.request({ type: "rooms", prefix }, "rooms")).rooms
        .map(({ room, count }) => `${room} ${count}`)
        .toSorted();
    // The list may lag behind a join by a moment.
    await expect.poll(counts, { timeout: 20_000 }).toEqual([`${one} 2`, `${two} 1`]);
  });

  test("pages by cursor, each once", async () => {
    const prefix = freshRoom("pages");
    const client = await guest();
    const names = range(1, 7).map((at) => `${prefix}.${at}`);
    for (const room of names) await client.request({ type: "join", room }, "joined");
    const listed = async (): Promise<number> => (await client.request({ type: "rooms", prefix }, "rooms")).rooms.length;
    await expect.poll(listed, { timeout: 20_000 }).toBe(7);
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await client.request(
        { type: "rooms", prefix, limit: 3, ...(cursor === undefined ? {} : { cursor }) },
        "rooms",
      );
      expect(page.rooms.length).toBeLessThanOrEqual(3);
      seen.push(...page.rooms.map(({ room }) => room));
      ({ cursor } = page);
    } while (cursor !== undefined);
    expect(seen.toSorted()).toEqual(names);
  });

  test("of a prefix nobody uses is empty", async () => {
    const client = await guest();
    expect((await client.request({ type: "rooms", prefix: "nothing-like-it" }, "rooms")).rooms).toEqual([]);
  });
});

describe("ping", () => {
  test("is answered with the head of each joined room", async () => {
    const client = await writer(3);
    const { room } = client;
    const other = freshRoom();
    await client.request({ type: "join", room: other }, "joined");
    const { heads } = await client.request({ type: "ping" }, "pong");
    expect(heads).toEqual({
      [room]: { epoch: expect.any(String), seq: 3 },
      [other]: { epoch: expect.any(String), seq: 0 },
    });
  });

  test("never names an entry that has not been queued before the pong", async () => {
    const room = freshRoom();
    const [busy, asking] = [await member(room), await member(room)];
    for (let at = 0; at < 100; at++) {
      busy.send({ type: "message", room, content: `${at}` });
      asking.send({ type: "ping" });
    }
    const pongs = await asking.take("pong", 100);
    await asking.take("message", 100);
    const heads = pongs.map(({ heads: { [room]: head } }) => head?.seq ?? -1);
    expect(heads).toEqual(heads.toSorted((a, b) => a - b));
    // A pong may overtake entries, but an entry it names comes at once with or right before it.
    expect((await asking.request({ type: "ping" }, "pong")).heads[room]?.seq).toBe(100);
  });

  test("forgets a room that was left", async () => {
    const client = await writer(1);
    const { room } = client;
    await client.request({ type: "leave", room }, "left");
    expect((await client.request({ type: "ping" }, "pong")).heads).toEqual({});
  });
});
