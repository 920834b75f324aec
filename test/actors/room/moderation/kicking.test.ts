import { describe, expect, it } from "vitest";
import { Court } from "./court.ts";

describe("kick", () => {
  it("takes a user out at once, on all connections, and tells the others", async () => {
    const court = new Court();
    const mod = await court.moderator("mod");
    const [here, there] = [await court.member("ada"), await court.member("ada")];
    await court.stage.advance(1_000);
    mod.forget();
    expect(await court.ask(mod, { type: "kick", user: "guest:ada", reason: "noise" })).toEqual({
      type: "ack",
      id: expect.any(Number),
      room: "lobby",
    });
    for (const peer of [here, there])
      expect(peer.of("kicked")).toEqual([{ type: "kicked", room: "lobby", reason: "noise" }]);
    await court.stage.advance(250);
    expect(mod.of("presence")).toEqual([{ type: "presence", room: "lobby", count: 1, left: ["guest:ada"] }]);
  });

  it("lets nothing through to who was taken out, or from there", async () => {
    const court = new Court();
    const mod = await court.moderator("mod");
    const ada = await court.member("ada");
    await court.ask(mod, { type: "kick", user: "guest:ada" });
    ada.forget();
    await court.say(mod, { type: "message", content: "gone?" });
    expect(ada.heard).toEqual([]);
    expect(await court.ask(ada, { type: "message", content: "no" })).toMatchObject({
      type: "error",
      code: "not_joined",
    });
    expect(await court.ask(ada, { type: "ping" })).toMatchObject({ type: "pong", heads: {} });
  });

  it("without seconds, lets its user come back at once", async () => {
    const court = new Court();
    const mod = await court.moderator("mod");
    const ada = await court.member("ada");
    await court.ask(mod, { type: "kick", user: "guest:ada" });
    expect(await court.ask(ada, { type: "join" })).toMatchObject({ type: "joined" });
    await court.stage.advance(200_000);
    expect(ada.of("kicked")).toHaveLength(1);
  });

  it("with seconds, keeps its user out until they are over", async () => {
    const court = new Court();
    const mod = await court.moderator("mod");
    const ada = await court.member("ada");
    await court.ask(mod, { type: "kick", user: "guest:ada", seconds: 20 });
    const until = court.stage.clock.date() + 20_000;
    expect(ada.last("kicked")).toEqual({ type: "kicked", room: "lobby", until });
    await court.stage.advance(15_000);
    const refused = await court.ask(ada, { type: "join" });
    expect(refused).toMatchObject({ type: "error", code: "banned", retryAfter: 5_000 });
    await court.stage.advance(5_000);
    expect(await court.ask(ada, { type: "join" })).toMatchObject({ type: "joined" });
  });

  it("needs the grant, and a place in the room", async () => {
    const court = new Court();
    const ada = await court.member("ada");
    const mod = await court.moderator("mod");
    expect(await court.ask(ada, { type: "kick", user: "mod" })).toMatchObject({ code: "forbidden" });
    expect(await court.ask(mod, { type: "kick", user: "guest:ada", room: "other" })).toMatchObject({
      code: "not_joined",
    });
    expect(ada.of("kicked")).toEqual([]);
  });

  it("answers a leave that was on its way as one that was done", async () => {
    const court = new Court();
    const mod = await court.moderator("mod");
    const ada = await court.member("ada");
    mod.say({ type: "kick", user: "guest:ada" });
    expect(await court.ask(ada, { type: "leave" })).toMatchObject({ type: "left", room: "lobby" });
    ada.say({ type: "join", id: "again" });
    await court.stage.settle();
    expect(ada.last("joined")).toMatchObject({ id: "again" });
    expect(await court.ask(ada, { type: "message", content: "here" })).toMatchObject({ type: "ack", seq: 1 });
  });

  it("ends one stay, and not the next one that was asked for before it was heard of", async () => {
    const court = new Court();
    const ada = await court.member("ada");
    ada.say({ type: "leave", id: "l", room: "lobby" }, { type: "join", id: "j", room: "lobby" });
    const message = { type: "expel", user: "guest:ada", reason: undefined, until: undefined } as const;
    court.venue.rooms.tell({ type: "pass", room: "lobby", message });
    await court.stage.settle();
    expect(ada.of("kicked", "left", "joined").map(({ type }) => type)).toEqual(["joined", "kicked", "left", "joined"]);
    expect(await court.ask(ada, { type: "message", content: "here" })).toMatchObject({ type: "ack" });
    expect(await court.ask(ada, { type: "ping" })).toMatchObject({ heads: { lobby: { seq: 1 } } });
  });
});
