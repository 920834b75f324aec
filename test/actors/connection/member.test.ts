import { describe, expect, it } from "vitest";
import { memoryLog } from "../../../src/logs/memory.ts";
import { UnrulyLog } from "../room/unruly-log.ts";
import { Venue } from "./venue.ts";

describe("member()", () => {
  it("greets first, with who one is and what may be done", async () => {
    const venue = new Venue();
    const peer = venue.enter("ada");
    await venue.stage.settle();
    expect(peer.heard).toHaveLength(1);
    expect(peer.heard[0]).toMatchObject({
      type: "welcome",
      protocol: "greenroom.v1",
      user: { id: "guest:ada", name: "ada", guest: true },
      server: "venue",
      heartbeat: 25_000,
      limits: { commandBytes: 65_536, durability: "memory" },
    });
    expect(peer.heard[0]?.["connection"]).toMatch(/^[a-z0-9]{12}$/);
  });

  it("joins the rooms of the URL at once, behind the greeting", async () => {
    const venue = new Venue();
    const peer = venue.enter("ada", { asked: ["one", "two"] });
    await venue.stage.settle();
    expect(peer.heard.slice(0, 3).map(({ type, room }) => [type, room])).toEqual([
      ["welcome", undefined],
      ["joined", "one"],
      ["joined", "two"],
    ]);
  });

  it("has commands wait, in order, behind a join that is not answered yet", async () => {
    const log = new UnrulyLog(memoryLog());
    const venue = new Venue({ log });
    log.reads = "hold";
    const peer = venue.enter("ada");
    const messages = [1, 2, 3].map((id) => ({ type: "message", room: "lobby", content: `${id}`, id }));
    peer.say({ type: "join", id: "j" }, ...messages, { type: "ping", id: "p" });
    await venue.stage.settle();
    expect(peer.heard.map(({ type }) => type)).toEqual(["welcome", "pong"]);
    log.release();
    await venue.stage.settle();
    expect(peer.of("joined", "ack", "message").map(({ id, seq, type }) => `${type} ${id ?? seq}`)).toEqual([
      "joined j",
      "ack 1",
      "ack 2",
      "ack 3",
      "message 1",
      "message 2",
      "message 3",
    ]);
  });

  it.each(["v1", "batch"] as const)(
    "reads no further than need be behind a join, and loses nothing (%s)",
    async (format) => {
      const log = new UnrulyLog(memoryLog());
      const venue = new Venue({ log });
      log.reads = "hold";
      const peer = venue.enter("ada", { format });
      const commands = Array.from({ length: 260 }, (_, id) => ({
        type: "message",
        room: "lobby",
        content: "hello",
        id,
      }));
      peer.say({ type: "join" });
      if (format === "v1") peer.say(...commands);
      else for (const from of [0, 130]) peer.batch(...commands.slice(from, from + 130));
      peer.say({ type: "ping", id: "behind" });
      await venue.stage.settle();
      expect(peer.of("pong", "error")).toEqual([]);
      log.release();
      await venue.stage.settle();
      expect(peer.of("error")).toEqual([]);
      expect(peer.of("ack").map(({ id }) => id)).toEqual(commands.map(({ id }) => id));
      expect(peer.last("pong")).toMatchObject({ id: "behind" });
    },
  );

  it("answers what waited behind a join that was turned away, and lets the client try again", async () => {
    const log = new UnrulyLog(memoryLog());
    const venue = new Venue({ log });
    log.reads = "fail";
    const peer = venue.enter("ada");
    peer.say({ type: "join", id: "j" }, { type: "message", room: "lobby", content: "hello", id: "m" });
    await venue.stage.settle();
    expect(peer.of("error").map(({ id, code }) => `${id} ${code}`)).toEqual(["j unavailable", "m not_joined"]);
    log.reads = "pass";
    await venue.stage.advance(1_000);
    await venue.join(peer, { id: "again" });
    expect(peer.last("joined")).toMatchObject({ id: "again" });
  });

  it("takes a command without a room for the only one that was joined", async () => {
    const venue = new Venue();
    const peer = await venue.member("ada", "one");
    peer.say({ type: "members", id: 1 });
    await venue.join(peer, { room: "two" });
    peer.say({ type: "members", id: 2 });
    await venue.stage.settle();
    expect(peer.last("members")).toMatchObject({ id: 1, room: "one" });
    expect(peer.last("error")).toMatchObject({ id: 2, code: "not_joined" });
  });

  it("refuses to join a room twice, and to do anything in one that was not joined", async () => {
    const venue = new Venue();
    const peer = await venue.member("ada");
    peer.say({ type: "join", id: 1 }, { type: "message", room: "elsewhere", content: "hello", id: 2 });
    await venue.stage.settle();
    expect(peer.of("error").map(({ id, room, code }) => [id, room, code])).toEqual([
      [1, "lobby", "already_joined"],
      [2, "elsewhere", "not_joined"],
    ]);
  });

  it("refuses a room more than a connection may join", async () => {
    const venue = new Venue({ limits: { roomsPerConnection: 2 } });
    const peer = venue.enter("ada", { asked: ["one", "two", "three"] });
    await venue.stage.settle();
    expect(peer.last("error")).toMatchObject({ room: "three", code: "room_full" });
    peer.say({ type: "leave", room: "one" });
    await venue.join(peer, { room: "three" });
    expect(peer.last("joined")).toMatchObject({ room: "three" });
  });

  it("lets a guest choose its name once, before its first join", async () => {
    const venue = new Venue();
    const peer = venue.enter("ada");
    await venue.join(peer, { room: "one", username: "grace" });
    await venue.join(peer, { room: "two", username: "edsger" });
    const users = peer.of("joined").map(({ members }) => members);
    expect(users).toEqual([[{ id: "guest:grace", name: "grace" }], [{ id: "guest:grace", name: "grace" }]]);
  });

  it("lets a user with an account not choose another name", async () => {
    const venue = new Venue();
    const peer = venue.enter("ada", { guest: false });
    await venue.join(peer, { username: "grace" });
    expect(peer.last("joined")).toMatchObject({ members: [{ id: "ada", name: "ada" }] });
  });

  it("tells with a pong where it is in each of its rooms", async () => {
    const venue = new Venue();
    const peer = await venue.member("ada", "one");
    await venue.join(peer, { room: "__proto__two" });
    await venue.join(peer, { room: "constructor" });
    await venue.talk(peer, 3, { room: "constructor" });
    peer.say({ type: "ping", id: 1 });
    await venue.stage.settle();
    const epoch = expect.any(String);
    expect(peer.last("pong")).toMatchObject({ heads: { one: { epoch, seq: 0 }, constructor: { epoch, seq: 3 } } });
  });

  it("may leave and join again in one breath", async () => {
    const venue = new Venue();
    const peer = await venue.member("ada");
    peer.say({ type: "leave", room: "lobby", id: 1 }, { type: "join", room: "lobby", id: 2 });
    peer.say({ type: "message", room: "lobby", content: "back", id: 3 });
    await venue.stage.settle();
    expect(peer.of("left", "joined", "ack", "error").map(({ type, id }) => `${type} ${id}`)).toEqual([
      "joined undefined",
      "left 1",
      "joined 2",
      "ack 3",
    ]);
  });
});
