import { describe, expect } from "vitest";
import { test } from "./contract-test.ts";
import { freshRoom, stage } from "./stage.ts";

const { guest, member } = stage();

describe("join", () => {
  test("is answered with joined: the room, its head, its members and one's grants", async () => {
    const client = await guest("ada");
    const room = freshRoom();
    const joined = await client.request({ type: "join", room }, "joined");
    expect(joined).toMatchObject({ room, seq: 0, messages: [], count: 1, members: [{ id: "guest:ada", name: "ada" }] });
    expect(joined.grants).toEqual(expect.arrayContaining(["read", "write", "signal"]));
    expect(joined).not.toHaveProperty("recovered");
  });

  test("without a room means lobby", async () => {
    const client = await guest();
    expect((await client.request({ type: "join" }, "joined")).room).toBe("lobby");
  });

  test("of a room one is in is answered with already_joined", async () => {
    const room = freshRoom();
    const client = await member(room);
    expect(await client.request({ type: "join", room }, "error")).toMatchObject({ code: "already_joined", room });
    expect((await client.request({ type: "message", room, content: "still here" }, "ack")).seq).toBe(1);
  });

  test("twice at once yields one joined and one already_joined", async () => {
    const room = freshRoom();
    const client = await guest();
    client.send({ type: "join", room, id: "first" });
    client.send({ type: "join", room, id: "second" });
    expect((await client.next("joined")).id).toBe("first");
    expect(await client.next("error")).toMatchObject({ id: "second", code: "already_joined" });
  });

  test("shows the newest 50 messages, or as many as history asks for", async () => {
    const room = freshRoom();
    const writer = await member(room);
    for (let at = 1; at <= 60; at++) writer.send({ type: "message", room, content: `${at}` });
    await writer.take("message", 60);
    const seqs = async (history?: number): Promise<number[]> => {
      const joined = await (await guest()).request(
        { type: "join", room, ...(history === undefined ? {} : { history }) },
        "joined",
      );
      expect(joined.seq).toBe(60);
      return joined.messages.map(({ seq }) => seq);
    };
    expect(await seqs()).toEqual(Array.from({ length: 50 }, (_, at) => at + 11));
    expect(await seqs(3)).toEqual([58, 59, 60]);
    expect(await seqs(0)).toEqual([]);
    expect(await seqs(200)).toHaveLength(60);
  });

  for (const history of [-1, 201, 1.5, "10", null]) {
    test(`with history ${JSON.stringify(history)} is a bad_command`, async () => {
      const client = await guest();
      expect(await client.request({ type: "join", room: freshRoom(), history }, "error")).toMatchObject({
        code: "bad_command",
        issues: ["history"],
      });
    });
  }

  for (const room of ["", "-a", ".a", "a b", "a/b", "é", "x".repeat(65), "lobby\n", 5, null, ["lobby"], {}]) {
    test(`of ${JSON.stringify(room).slice(0, 20)} is a bad_command`, async () => {
      const client = await guest();
      expect(await client.request({ type: "join", room }, "error")).toMatchObject({
        code: "bad_command",
        issues: ["room"],
      });
      await client.settled();
    });
  }

  for (const room of ["a", "0", "A.b_c:d-e", "x".repeat(64), "constructor", "toString", "hasOwnProperty", "valueOf"]) {
    test(`of ${room.slice(0, 20)} is like any other`, async () => {
      const client = await member(room);
      await client.request({ type: "message", room, content: "hi" }, "ack");
      await client.next("message");
      const { heads } = await client.request({ type: "ping" }, "pong");
      expect(Object.keys(heads)).toEqual([room]);
      await client.request({ type: "leave", room }, "left");
    });
  }

  test("keeps rooms whose names differ in case apart", async () => {
    const room = freshRoom();
    const client = await member(room);
    expect((await client.request({ type: "join", room: room.toUpperCase() }, "joined")).count).toBe(1);
  });
});

describe("join.username", () => {
  test("names a guest before the first join", async () => {
    const client = await guest();
    const { members } = await client.request({ type: "join", room: freshRoom(), username: "ada" }, "joined");
    expect(members).toEqual([{ id: "guest:ada", name: "ada" }]);
  });

  test("does not rename a guest who has joined", async () => {
    const room = freshRoom();
    const client = await guest();
    await client.request({ type: "join", room: freshRoom(), username: "ada" }, "joined");
    client.send({ type: "join", room, username: "bob", id: "second" });
    await client.settled();
    const { members } = await (await member(room, "eve")).request({ type: "members", room }, "members");
    expect(members.map(({ name }) => name)).not.toContain("bob");
  });

  for (const username of ["ab", "x".repeat(21), "a-b", "é́é", "", 5, null]) {
    test(`of ${JSON.stringify(username)} is a bad_command`, async () => {
      const client = await guest();
      expect(await client.request({ type: "join", room: freshRoom(), username }, "error")).toMatchObject({
        code: "bad_command",
        issues: ["username"],
      });
    });
  }
});

describe("leave", () => {
  test("is answered with left, and nothing of the room comes after it", async () => {
    const room = freshRoom();
    const [client, other] = [await member(room), await member(room)];
    expect((await client.request({ type: "leave", room }, "left")).room).toBe(room);
    await other.request({ type: "message", room, content: "alone" }, "ack");
    await client.settled();
    expect(client.untaken("message")).toEqual([]);
    expect(await client.request({ type: "message", room, content: "no" }, "error")).toMatchObject({
      code: "not_joined",
      room,
    });
  });

  test("allows joining again", async () => {
    const room = freshRoom();
    const client = await member(room);
    await client.request({ type: "leave", room }, "left");
    expect((await client.request({ type: "join", room }, "joined")).count).toBe(1);
  });

  test("of a room one is not in is answered with not_joined", async () => {
    const client = await guest();
    const room = freshRoom();
    expect(await client.request({ type: "leave", room }, "error")).toMatchObject({ code: "not_joined", room });
  });

  test("may leave the room out while one is joined", async () => {
    const room = freshRoom();
    const client = await member(room);
    expect((await client.request({ type: "leave" }, "left")).room).toBe(room);
  });
});

describe("a room left out", () => {
  test("is the one that is joined", async () => {
    const room = freshRoom();
    const client = await member(room);
    expect(await client.request({ type: "message", content: "hi" }, "ack")).toMatchObject({ room, seq: 1 });
    expect((await client.request({ type: "history" }, "history")).messages).toHaveLength(1);
    expect((await client.request({ type: "members" }, "members")).count).toBe(1);
  });

  for (const command of [
    { type: "message", content: "hi" },
    { type: "signal", name: "wave" },
    { type: "leave" },
    { type: "history" },
    { type: "members" },
  ]) {
    test(`of a ${command.type} is refused while two are joined`, async () => {
      const client = await member(freshRoom());
      await client.request({ type: "join", room: freshRoom() }, "joined");
      expect((await client.request(command, "error")).code).toMatch(/^(bad_command|not_joined)$/);
    });

    test(`of a ${command.type} is refused while none is joined`, async () => {
      const client = await guest();
      expect((await client.request(command, "error")).code).toMatch(/^(bad_command|not_joined)$/);
    });
  }
});
