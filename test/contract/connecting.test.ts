import { describe, expect } from "vitest";
import { target, test } from "./contract-test.ts";
import { freshRoom, stage } from "./stage.ts";

const { open, guest, member } = stage();

describe("connecting", () => {
  for (const path of ["/ws", "/", "/ws?name=ada", "/?name=ada"]) {
    test(`GET ${path} upgrades and says welcome first`, async () => {
      const client = await open(path);
      await client.next("welcome");
      expect(client.events[0]?.type).toBe("welcome");
    });
  }

  test("welcome tells who one is, the heartbeat and the limits", async () => {
    const welcome = await (await open("/ws?name=ada")).next("welcome");
    expect(welcome.protocol).toBe("greenroom.v1");
    expect(welcome.user).toEqual({ id: "guest:ada", name: "ada", guest: true });
    expect(welcome.connection).toEqual(expect.any(String));
    expect(welcome.server).toBeDefined();
    expect(welcome.heartbeat).toBe(25_000);
    expect(welcome.limits).toMatchObject({ durability: target.env["GREENROOM_DURABILITY"] ?? "memory" });
  });

  test("welcome names each connection otherwise", async () => {
    const [one, other] = [await (await open()).next("welcome"), await (await open()).next("welcome")];
    expect(one.connection).not.toBe(other.connection);
    expect(one.user.id).not.toBe(other.user.id);
    expect(one.user.id).toMatch(/^guest:/);
  });

  test("no room is joined until one is asked for", async () => {
    const client = await guest();
    expect((await client.request({ type: "ping" }, "pong")).heads).toEqual({});
    expect(client.untaken("joined")).toEqual([]);
  });

  test("GET /ws/:room joins that room at once", async () => {
    const room = freshRoom();
    const client = await open(`/ws/${room}?name=ada`);
    const joined = await client.next("joined");
    expect(joined).toMatchObject({ room, count: 1, members: [{ id: "guest:ada", name: "ada" }] });
    expect(client.events.map(({ type }) => type).slice(0, 2)).toEqual(["welcome", "joined"]);
  });

  test("a room's name in the path may be percent-encoded", async () => {
    const room = freshRoom("a:b");
    const client = await open(`/ws/${encodeURIComponent(room)}`);
    expect((await client.next("joined")).room).toBe(room);
  });

  for (const path of ["/ws", "/"]) {
    test(`?room= on ${path} joins each room it names`, async () => {
      const rooms = [freshRoom(), freshRoom(), freshRoom()];
      const client = await open(`${path}?${rooms.map((room) => `room=${room}`).join("&")}`);
      const joined = await client.take("joined", 3);
      expect(joined.map(({ room }) => room).toSorted()).toEqual(rooms.toSorted());
    });
  }

  test("?room= joins beside the room of the path", async () => {
    const rooms = [freshRoom(), freshRoom()];
    const client = await open(`/ws/${rooms[0]}?room=${rooms[1]}`);
    expect((await client.take("joined", 2)).map(({ room }) => room).toSorted()).toEqual(rooms.toSorted());
  });

  test("a join asked for in the URL bears no id", async () => {
    const client = await open(`/ws/${freshRoom()}`);
    expect(await client.next("joined")).not.toHaveProperty("id");
  });

  for (const bad of ["-dash", "two%20words", "%F0%9F%98%80", "x".repeat(65), "..%2F..%2Fetc", "a%00b"]) {
    test(`/ws/${bad.slice(0, 20)} is welcomed, then refused with an error that names the room`, async () => {
      const client = await open(`/ws/${bad}`);
      await client.next("welcome");
      const error = await client.next("error");
      expect(error).toMatchObject({ code: "bad_command", room: decodeURIComponent(bad) });
      await client.settled();
    });
  }

  test("a bad ?room= is refused alone", async () => {
    const room = freshRoom();
    const client = await open(`/ws?room=${room}&room=-bad`);
    expect((await client.next("joined")).room).toBe(room);
    expect(await client.next("error")).toMatchObject({ code: "bad_command", room: "-bad" });
  });

  test("a ?room= named twice is joined once", async () => {
    const room = freshRoom();
    const client = await open(`/ws?room=${room}&room=${room}`);
    await client.next("joined");
    await client.settled();
    expect(client.untaken("joined")).toEqual([]);
  });

  test("a command sent with the handshake's last byte is answered after the welcome", async () => {
    const client = await open();
    const answer = await client.request({ type: "join", room: freshRoom() }, "joined");
    expect(client.events[0]?.type).toBe("welcome");
    expect(answer.type).toBe("joined");
  });

  test("two guests of one name are one user", async () => {
    const room = freshRoom();
    await member(room, "ada");
    const second = await member(room, "ada");
    expect(second.joined.members).toEqual([{ id: "guest:ada", name: "ada" }]);
  });

  for (const bad of ["ab", "x".repeat(21), "a-b", "%C3%A9t%C3%A9", "a%20b", ""]) {
    test(`a guest name of "${bad}" is told to the client`, async () => {
      const client = await open(`/ws?name=${bad}`).catch((error: Error) => error);
      if (client instanceof Error) {
        expect(client.message).toMatch(/status 400/);
        return;
      }
      // An empty name is none.
      const { user } = await client.next("welcome");
      expect(user.id).toMatch(/^guest:/);
      if (bad !== "") expect(await client.next("error")).toMatchObject({ code: "bad_command" });
    });
  }
});
