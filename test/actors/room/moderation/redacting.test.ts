import { describe, expect, it } from "vitest";
import type { RoomLog } from "../../../../src/actors/room/mod.ts";
import { memoryLog } from "../../../../src/logs/memory.ts";
import { UnrulyLog } from "../unruly-log.ts";
import { Court } from "./court.ts";

describe("redact", () => {
  it("takes one's own message away: from members' screens, and from the history", async () => {
    const court = new Court();
    const [ada, bob] = [await court.member("ada"), await court.member("bob")];
    await court.say(ada, { type: "message", content: "oops", data: { secret: 1 }, key: "k" });
    expect(await court.ask(ada, { type: "redact", seq: 1, reason: "typo" })).toMatchObject({ type: "ack", seq: 2 });
    const redacted = {
      type: "redacted",
      room: "lobby",
      seq: 2,
      target: 1,
      by: "guest:ada",
      reason: "typo",
      at: expect.any(Number),
    };
    for (const peer of [ada, bob]) expect(peer.of("redacted")).toEqual([redacted]);
    const sender = { id: "guest:ada", name: "ada" };
    const tombstone = { type: "message", room: "lobby", seq: 1, sender, redacted: true, at: expect.any(Number) };
    for (const peer of [ada, bob]) {
      expect(await court.ask(peer, { type: "history" })).toMatchObject({ messages: [tombstone, redacted] });
    }
    const eve = await court.member("eve");
    expect(eve.last("joined")?.["messages"]).toEqual([tombstone, redacted]);
  });

  it("is for moderators only where the message is another's", async () => {
    const court = new Court();
    const [ada, bob, mod] = [await court.member("ada"), await court.member("bob"), await court.moderator("mod")];
    await court.say(ada, { type: "message", content: "mine" });
    expect(await court.ask(bob, { type: "redact", seq: 1 })).toMatchObject({ type: "error", code: "forbidden" });
    expect(await court.ask(mod, { type: "redact", seq: 1 })).toMatchObject({ type: "ack", seq: 2 });
    expect(ada.last("redacted")).toMatchObject({ target: 1, by: "mod" });
  });

  it("finds nothing where no message is that has its content", async () => {
    const court = new Court();
    const mod = await court.moderator("mod");
    await court.say(mod, { type: "message", content: "one" });
    await court.ask(mod, { type: "redact", seq: 1 });
    for (const seq of [1, 2, 3]) {
      expect(await court.ask(mod, { type: "redact", seq })).toMatchObject({ type: "error", code: "not_found" });
    }
    expect(mod.of("redacted")).toHaveLength(1);
  });

  it("is done once where two ask for it at once", async () => {
    const court = new Court();
    const [ada, mod] = [await court.member("ada"), await court.moderator("mod")];
    await court.say(ada, { type: "message", content: "one" });
    mod.say({ type: "redact", id: "m", room: "lobby", seq: 1 });
    ada.say({ type: "redact", id: "a", room: "lobby", seq: 1 });
    await court.stage.settle();
    const answers = [ada.last("ack"), ada.last("error"), mod.last("ack"), mod.last("error")];
    expect(answers.filter((answer) => answer?.["id"] === "a" || answer?.["id"] === "m")).toHaveLength(2);
    expect(ada.of("redacted")).toHaveLength(1);
  });

  it("counts for a page that was read before it, and comes behind it", async () => {
    const log = memoryLog();
    const waiting: (() => void)[] = [];
    let slow = false;
    const late: RoomLog = {
      ...log,
      async read(room, range, limit) {
        const page = await log.read(room, range, limit);
        if (slow) await new Promise<void>((resolve) => void waiting.push(resolve));
        return page;
      },
    };
    const court = new Court({ log: late });
    const [ada, mod] = [await court.member("ada"), await court.moderator("mod")];
    await court.venue.talk(ada, 600, { content: "secret" });
    slow = true;
    await court.say(ada, { type: "history", id: "h", room: "lobby", before: 20, limit: 10 });
    slow = false;
    expect(await court.ask(mod, { type: "redact", seq: 15 })).toMatchObject({ type: "ack" });
    expect(ada.last("redacted")).toMatchObject({ target: 15 });
    for (const go of waiting) go();
    await court.stage.settle();
    const messages = ada.last("history")?.["messages"] as readonly { seq: number; redacted?: true }[];
    expect(messages.map(({ seq, redacted }) => [seq, redacted === true])).toContainEqual([15, true]);
    expect(messages.filter(({ redacted }) => redacted === true)).toHaveLength(1);
  });

  it("counts for nothing that stands there under another epoch, once the log has gone back", async () => {
    const log = new UnrulyLog(memoryLog());
    const court = new Court({ log });
    const [ada, mod] = [await court.member("ada"), await court.moderator("mod")];
    await court.venue.talk(ada, 600, { content: "secret" });
    expect(await court.ask(mod, { type: "redact", seq: 15 })).toMatchObject({ type: "ack" });
    log.inner = memoryLog();
    log.appendElsewhere(
      "lobby",
      Array.from({ length: 600 }, (_, at) => `other ${at}`),
    );
    const history = await court.ask(ada, { type: "history", before: 20, limit: 10 });
    const there = expect.arrayContaining([expect.objectContaining({ seq: 15, content: "other 14" })]);
    expect(history).toMatchObject({ messages: there });
    expect(JSON.stringify(history)).not.toContain("redacted");
  });

  it("is answered where its room fails over it: nobody can tell whether it was done", async () => {
    let failing = true;
    const court = new Court({
      layers: [
        () => (_, next) => (message) => {
          if (message.type === "say" && failing) {
            failing = false;
            throw new Error("Cannot go on: this room fails once");
          }
          return next(message);
        },
      ],
    });
    const mod = await court.moderator("mod");
    await court.say(mod, { type: "message", room: "lobby", content: "one" });
    expect(await court.ask(mod, { type: "redact", seq: 1 })).toMatchObject({ type: "error", unknown: true });
    await court.stage.advance(1_000);
    expect(await court.ask(mod, { type: "redact", seq: 1 })).toMatchObject({ type: "ack" });
  });
});
