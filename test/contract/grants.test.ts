import type { JWTPayload } from "jose";
import { describe, expect } from "vitest";
import type { Client } from "./client.ts";
import { test } from "./contract-test.ts";
import { freshRoom, stage } from "./stage.ts";
import { tokenEnv, tokenFor } from "./tokens.ts";

const { open, guest, member } = stage({ env: { ...tokenEnv, GREENROOM_GUEST_GRANTS: "read,signal" } });

/** Someone whose token says this of rooms. */
async function user(id: string, rooms?: Record<string, readonly string[]>, claims: JWTPayload = {}): Promise<Client> {
  const token = await tokenFor(id, { ...(rooms !== undefined && { rooms }), ...claims });
  const client = await open("/ws", { headers: { authorization: `Bearer ${token}` } });
  await client.next("welcome");
  return client;
}

describe("grants", () => {
  test("of a token are said at the join, by room and by the beginning of its name", async () => {
    const client = await user("ada", { lobby: ["read", "write"], "team-*": ["read"], "team-x*": ["read", "signal"] });
    const said: unknown[] = [];
    for (const room of ["lobby", "team-a", "team-xy"]) {
      said.push((await client.request({ type: "join", room }, "joined")).grants);
    }
    expect(said).toEqual([["read", "write"], ["read"], ["read", "signal"]]);
  });

  test("that a token does not give are not there: such a room cannot be joined", async () => {
    const client = await user("ada", { lobby: ["read"], dumb: ["write", "signal"] });
    for (const room of ["other", "dumb", "lobby2"]) {
      expect(await client.request({ type: "join", room }, "error")).toMatchObject({ room, code: "forbidden" });
    }
    await client.request({ type: "join", room: "lobby" }, "joined");
  });

  test("of users whose token says nothing are those of the settings", async () => {
    const client = await user("ada");
    const { grants } = await client.request({ type: "join", room: freshRoom() }, "joined");
    expect(grants).toEqual(["read", "write", "signal", "upload"]);
  });

  test("of guests are those of the settings", async () => {
    const { joined } = await member(freshRoom(), "ada");
    expect(joined.grants).toEqual(["read", "signal"]);
  });

  test("are looked at for each command: what is not granted is forbidden, and not done", async () => {
    const room = freshRoom();
    const [reader, watching] = [await user("reader", { "*": ["read"] }), await user("watching")];
    for (const client of [reader, watching]) await client.request({ type: "join", room }, "joined");
    for (const command of [
      { type: "message", room, content: "no" },
      { type: "kick", room, user: "watching" },
      { type: "ban", room, user: "watching" },
      { type: "set", room, values: { a: 1 } },
    ]) {
      expect(await reader.request(command, "error")).toMatchObject({ room, code: "forbidden" });
    }
    reader.send({ type: "signal", room, name: "wave", id: "s" });
    expect(await reader.next("error", ({ id }) => id === "s")).toMatchObject({ room, code: "forbidden" });
    await watching.request({ type: "message", room, content: "first" }, "ack");
    const { messages } = await reader.request({ type: "history", room }, "history");
    expect(messages).toMatchObject([{ content: "first", seq: 1 }]);
    expect(watching.events.filter(({ type }) => type === "signal")).toEqual([]);
  });

  test("to read decide which rooms are listed", async () => {
    const [open1, closed] = [freshRoom("seen"), freshRoom("unseen")];
    const owner = await user("owner");
    for (const room of [open1, closed]) await owner.request({ type: "join", room }, "joined");
    const client = await user("ada", { "seen*": ["read"], "unseen*": ["write"] });
    const listed = async (): Promise<readonly string[]> => {
      const { rooms, cursor } = await client.request({ type: "rooms" }, "rooms");
      const names = rooms.map(({ room }) => room);
      expect(cursor).toBeUndefined();
      return names;
    };
    // The list may lag behind a join by a moment.
    await expect.poll(listed, { timeout: 20_000 }).toContain(open1);
    expect((await listed()).filter((room) => !room.startsWith("seen"))).toEqual([]);
  });

  test("of a renewed token count from then on: what became less is forbidden, a room that is no longer read is left", async () => {
    const [kept, lost] = [freshRoom("kept"), freshRoom("lost")];
    const client = await user("ada");
    const other = await user("grace");
    for (const room of [kept, lost]) {
      for (const one of [client, other]) await one.request({ type: "join", room }, "joined");
    }
    const token = await tokenFor("ada", { rooms: { [kept]: ["read"] } });
    await client.request({ type: "auth", token }, "ack");
    expect((await client.next("left")).room).toBe(lost);
    expect(await client.request({ type: "message", room: kept, content: "no" }, "error")).toMatchObject({
      code: "forbidden",
    });
    await other.request({ type: "message", room: lost, content: "secret" }, "ack");
    await client.settled();
    expect(client.events.filter((event) => "content" in event)).toEqual([]);
    expect(await client.request({ type: "join", room: lost }, "error")).toMatchObject({ code: "forbidden" });
  });

  for (const rooms of [[], "lobby", { lobby: "read" }, { "*lobby": ["read"] }, { "a b": ["read"] }, { lobby: [1] }]) {
    test(`that cannot be read make a token bad: ${JSON.stringify(rooms)}`, async () => {
      const token = await tokenFor("ada", { rooms });
      const refused = open("/ws", { headers: { authorization: `Bearer ${token}` } });
      await expect(refused).rejects.toThrow("status 401");
    });
  }

  test("of guests hold whatever rooms the URL asks for", async () => {
    const client = await guest("ada");
    const room = freshRoom();
    await client.request({ type: "join", room }, "joined");
    expect(await client.request({ type: "message", room, content: "hi" }, "error")).toMatchObject({
      code: "forbidden",
    });
  });
});
