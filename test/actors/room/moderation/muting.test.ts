import { describe, expect, it } from "vitest";
import { Court } from "./court.ts";

describe("mute", () => {
  it("keeps a user from speaking, signalling and setting, and from nothing else", async () => {
    const court = new Court();
    const mod = await court.moderator("mod");
    const ada = await court.member("ada");
    expect(await court.ask(mod, { type: "mute", user: "guest:ada", reason: "caps" })).toMatchObject({ type: "ack" });
    const refused = await court.ask(ada, { type: "message", content: "HEY" });
    expect(refused).toMatchObject({ type: "error", code: "muted", message: expect.stringContaining("caps") });
    expect(refused).not.toHaveProperty("retryAfter");
    mod.forget();
    await court.say(ada, { type: "signal", room: "lobby", name: "wave" });
    expect(mod.of("signal")).toEqual([]);
    expect(ada.last("error")).toMatchObject({ code: "muted" });
    expect(await court.ask(ada, { type: "history" })).toMatchObject({ type: "history" });
    await court.say(mod, { type: "message", content: "hello" });
    expect(ada.last("message")).toMatchObject({ content: "hello" });
  });

  it("keeps a moderator from speaking and setting, too", async () => {
    const court = new Court();
    const [mod, eve] = [await court.moderator("mod"), await court.moderator("eve")];
    await court.ask(mod, { type: "mute", user: "eve" });
    expect(await court.ask(eve, { type: "message", content: "hey" })).toMatchObject({ code: "muted" });
    expect(await court.ask(eve, { type: "set", values: { a: 1 } })).toMatchObject({ code: "muted" });
    expect(await court.ask(eve, { type: "unmute", user: "eve" })).toMatchObject({ type: "ack" });
    expect(await court.ask(eve, { type: "message", content: "hey" })).toMatchObject({ type: "ack" });
  });

  it("ends by itself when its seconds are over, whatever the wall clock says", async () => {
    const court = new Court();
    const mod = await court.moderator("mod");
    const ada = await court.member("ada");
    await court.ask(mod, { type: "mute", user: "guest:ada", seconds: 20 });
    await court.stage.advance(8_000);
    court.stage.clock.jump(3_600_000);
    expect(await court.ask(ada, { type: "message", content: "no" })).toMatchObject({
      code: "muted",
      retryAfter: 12_000,
    });
    await court.stage.advance(12_000);
    expect(await court.ask(ada, { type: "message", content: "yes" })).toMatchObject({ type: "ack" });
  });

  it("is lifted by unmute, and replaced by another mute", async () => {
    const court = new Court();
    const mod = await court.moderator("mod");
    const ada = await court.member("ada");
    await court.ask(mod, { type: "mute", user: "guest:ada" });
    await court.ask(mod, { type: "mute", user: "guest:ada", seconds: 5 });
    expect(await court.ask(ada, { type: "message", content: "no" })).toMatchObject({
      code: "muted",
      retryAfter: 5_000,
    });
    await court.ask(mod, { type: "unmute", user: "guest:ada" });
    expect(await court.ask(ada, { type: "message", content: "yes" })).toMatchObject({ type: "ack" });
    expect(await court.ask(mod, { type: "unmute", user: "guest:nobody" })).toMatchObject({ type: "ack" });
  });

  it("is acknowledged only once the log refuses what was said before it", async () => {
    const court = new Court();
    const mod = await court.moderator("mod");
    const ada = await court.member("ada");
    mod.say({ type: "mute", id: "m", room: "lobby", user: "guest:ada" });
    for (let at = 0; at < 20; at += 1) ada.say({ type: "message", room: "lobby", content: `${at}` });
    await court.stage.settle();
    const seqs = mod.heard.flatMap((event, place) => (event.type === "message" ? [place] : []));
    const acked = mod.heard.findIndex((event) => event["id"] === "m");
    expect(acked).toBeGreaterThan(-1);
    expect(seqs.filter((place) => place > acked)).toEqual([]);
    expect(ada.of("ack", "error")).toHaveLength(20);
  });

  it("refuses one more than a room may have, and replaces those that are there", async () => {
    const court = new Court({ limits: { sanctionsPerRoom: 2 } });
    const mod = await court.moderator("mod");
    for (const user of ["a", "b"]) await court.ask(mod, { type: "mute", user });
    expect(await court.ask(mod, { type: "ban", user: "c" })).toMatchObject({ type: "error", code: "overloaded" });
    expect(await court.ask(mod, { type: "mute", user: "a", seconds: 5 })).toMatchObject({ type: "ack" });
    await court.stage.advance(6_000);
    expect(await court.ask(mod, { type: "ban", user: "c" })).toMatchObject({ type: "ack" });
  });
});
