import { describe, expect, it } from "vitest";
import { Court } from "./court.ts";

describe("policy", () => {
  it("read-only lets nobody write but moderators, until it is taken back", async () => {
    const court = new Court();
    const [mod, ada] = [await court.moderator("mod"), await court.member("ada")];
    expect(await court.ask(mod, { type: "policy", readOnly: true })).toMatchObject({ type: "ack" });
    expect(await court.ask(ada, { type: "message", content: "no" })).toMatchObject({ code: "forbidden" });
    expect(await court.ask(mod, { type: "message", content: "news" })).toMatchObject({ type: "ack" });
    await court.ask(mod, { type: "policy", readOnly: false });
    expect(await court.ask(ada, { type: "message", content: "yes" })).toMatchObject({ type: "ack" });
    expect(await court.ask(ada, { type: "policy", readOnly: true })).toMatchObject({ code: "forbidden" });
  });

  it("slow mode has users wait between two messages, and tells them how long", async () => {
    const court = new Court();
    const [mod, ada, bob] = [await court.moderator("mod"), await court.member("ada"), await court.member("bob")];
    await court.ask(mod, { type: "policy", slow: 10 });
    expect(await court.ask(ada, { type: "message", content: "one", key: "1" })).toMatchObject({ type: "ack" });
    expect(await court.ask(bob, { type: "message", content: "one" })).toMatchObject({ type: "ack" });
    await court.stage.advance(4_000);
    const refused = await court.ask(ada, { type: "message", content: "two", key: "2" });
    expect(refused).toMatchObject({ type: "error", code: "rate_limited", retryAfter: 6_000 });
    await court.stage.advance(6_000);
    expect(await court.ask(ada, { type: "message", content: "two", key: "2" })).toMatchObject({ type: "ack", seq: 3 });
    for (const content of ["a", "b"])
      expect(await court.ask(mod, { type: "message", content })).toMatchObject({ type: "ack" });
  });

  it("slow mode counts a user's connections together, and lets a repeat through", async () => {
    const court = new Court();
    const mod = await court.moderator("mod");
    const [here, there] = [await court.member("ada"), await court.member("ada")];
    await court.ask(mod, { type: "policy", slow: 10 });
    expect(await court.ask(here, { type: "message", content: "one", key: "1" })).toMatchObject({ type: "ack", seq: 1 });
    expect(await court.ask(there, { type: "message", content: "two" })).toMatchObject({ code: "rate_limited" });
    expect(await court.ask(there, { type: "message", content: "one", key: "1" })).toMatchObject({
      seq: 1,
      duplicate: true,
    });
  });

  it("changes what it names, and nothing else", async () => {
    const court = new Court();
    const [mod, ada] = [await court.moderator("mod"), await court.member("ada")];
    await court.ask(mod, { type: "policy", readOnly: true });
    await court.ask(mod, { type: "policy", slow: 10 });
    expect(await court.ask(ada, { type: "message", content: "no" })).toMatchObject({ code: "forbidden" });
    await court.ask(mod, { type: "policy", readOnly: false });
    await court.ask(ada, { type: "message", content: "one" });
    expect(await court.ask(ada, { type: "message", content: "two" })).toMatchObject({ code: "rate_limited" });
    await court.ask(mod, { type: "policy", slow: 0 });
    expect(await court.ask(ada, { type: "message", content: "two" })).toMatchObject({ type: "ack" });
  });
});
