import { describe, expect, it } from "vitest";
import type { Verdict } from "../../../src/actors/connection/mod.ts";
import type { Grant, User } from "../../../src/actors/wire/mod.ts";
import { memoryLog } from "../../../src/logs/memory.ts";
import { UnrulyLog } from "../room/unruly-log.ts";
import { passFor, Venue, type VenueOptions } from "./venue.ts";

const ada: User = { id: "ada", name: "Ada", guest: false };
const grace: User = { id: "grace", name: "Grace", guest: false };
const all: readonly Grant[] = ["read", "write", "signal", "upload"];

/** A promise, and how to keep it. */
function later<T>() {
  return Promise.withResolvers<T>();
}

function venueOf(options: VenueOptions = {}) {
  const tokens = new Map<string, Verdict>();
  const admit = (token: string): Promise<Verdict> =>
    Promise.resolve(tokens.get(token) ?? { ok: false, code: "unauthorized", reason: "it is bad" });
  // These peers do not answer pings.
  const limits = { heartbeatMs: 1e9, deadAfterMs: 2e9 };
  return { venue: new Venue({ admit, limits, ...options }), tokens };
}

describe("a connection whose pass ends", () => {
  it("says so a minute ahead, and closes with 4401 then", async () => {
    const { venue } = venueOf();
    const endsAt = venue.stage.clock.date() + 100_000;
    const peer = venue.enter("ada", { pass: passFor(ada, { endsAt }) });
    await venue.stage.advance(39_999);
    expect(peer.of("expiring")).toEqual([]);
    await venue.stage.advance(1);
    expect(peer.of("expiring")).toEqual([{ type: "expiring", at: endsAt }]);
    await venue.stage.advance(59_999);
    expect(peer.socket.closeCode).toBeUndefined();
    await venue.stage.advance(1);
    expect(peer.socket.closeCode).toBe(4401);
  });

  it("says so at once where less is left", async () => {
    const { venue } = venueOf();
    const peer = venue.enter("ada", { pass: passFor(ada, { endsAt: venue.stage.clock.date() + 5_000 }) });
    await venue.stage.advance(0);
    expect(peer.of("expiring")).toHaveLength(1);
  });

  it("goes on to the end of a new one, and says until when that is", async () => {
    const { venue, tokens } = venueOf();
    const now = venue.stage.clock.date();
    tokens.set("new", { ok: true, pass: passFor(ada, { endsAt: now + 500_000 }) });
    const peer = venue.enter("ada", { pass: passFor(ada, { endsAt: now + 30_000 }) });
    peer.say({ type: "auth", token: "new", id: 1 });
    await venue.stage.advance(400_000);
    expect(peer.last("ack")).toEqual({ type: "ack", id: 1, expires: now + 500_000 });
    expect(peer.socket.closeCode).toBeUndefined();
    await venue.stage.advance(100_000);
    expect(peer.socket.closeCode).toBe(4401);
  });

  it("stays with the old one where the new one is bad, or another user's", async () => {
    const { venue, tokens } = venueOf();
    tokens.set("grace", { ok: true, pass: passFor(grace) });
    const peer = venue.enter("ada", { pass: passFor(ada, { endsAt: venue.stage.clock.date() + 30_000 }) });
    peer.say({ type: "auth", token: "bad", id: 1 }, { type: "auth", token: "grace", id: 2 });
    await venue.stage.settle();
    expect(peer.of("error").map(({ id, code }) => [id, code])).toEqual([
      [1, "unauthorized"],
      [2, "unauthorized"],
    ]);
    await venue.stage.advance(30_000);
    expect(peer.socket.closeCode).toBe(4401);
  });
});

describe("a connection whose new token is being looked at", () => {
  it.each(["v1", "batch"] as const)("has everything behind it wait, in order (%s)", async (format) => {
    const verdict = later<Verdict>();
    const { venue } = venueOf({ admit: () => verdict.promise });
    const peer = await venue.member("ada", "lobby", { format, pass: passFor(ada) });
    const commands = [{ type: "auth", token: "new", id: "a" }, ...[1, 2, 3].map((id) => ({ type: "ping", id }))];
    if (format === "v1") peer.say(...commands);
    else peer.batch(...commands);
    peer.events.received(JSON.stringify({ type: "ping", id: 4 }));
    await venue.stage.settle();
    expect(peer.of("pong")).toEqual([]);
    verdict.resolve({ ok: true, pass: passFor(ada) });
    await venue.stage.settle();
    expect(peer.of("ack", "pong").map(({ id }) => id)).toEqual(["a", 1, 2, 3, 4]);
  });

  it("is still sent what is said in its rooms", async () => {
    const { venue } = venueOf({ admit: () => new Promise(() => undefined) });
    const peer = await venue.member("ada", "lobby", { pass: passFor(ada) });
    const other = await venue.member("other");
    peer.say({ type: "auth", token: "new" });
    await venue.stage.settle();
    await venue.talk(other, 3);
    expect(peer.of("message")).toHaveLength(3);
  });

  it("does what it had said before it hung up", async () => {
    const verdict = later<Verdict>();
    const { venue } = venueOf({ admit: () => verdict.promise });
    const peer = await venue.member("ada", "lobby", { pass: passFor(ada) });
    peer.say({ type: "auth", token: "new" }, { type: "message", room: "lobby", content: "last words" });
    await venue.stage.settle();
    peer.events.closed(1000);
    verdict.resolve({ ok: true, pass: passFor(ada) });
    await venue.stage.settle();
    const other = await venue.member("other");
    expect(other.last("joined")?.["messages"]).toMatchObject([{ content: "last words" }]);
  });

  it("stays open, and is told so, where it cannot be told whether the token is good", async () => {
    const { venue } = venueOf({ admit: () => Promise.reject(new Error("a bug")) });
    const peer = await venue.member("ada", "lobby", { pass: passFor(ada) });
    peer.say({ type: "auth", token: "new", id: 1 }, { type: "ping", id: 2 });
    await venue.stage.settle();
    expect(peer.last("error")).toMatchObject({ id: 1, code: "unavailable", retryAfter: 5_000 });
    expect(peer.last("pong")).toMatchObject({ id: 2 });
  });
});

describe("a connection that is revoked", () => {
  it("while its token is being looked at is closed with 4403", async () => {
    let revoked = false;
    const verdict = later<Verdict>();
    const { venue } = venueOf({ admit: () => verdict.promise, revoked: () => revoked });
    const peer = await venue.member("ada", "lobby", { pass: passFor(ada) });
    peer.say({ type: "auth", token: "new" });
    await venue.stage.settle();
    revoked = true;
    verdict.resolve({ ok: true, pass: passFor(ada) });
    await venue.stage.settle();
    expect(peer.socket.closeCode).toBe(4403);
  });

  it("while it was upgraded is closed with 4403, and joins nothing", async () => {
    const { venue } = venueOf({ revoked: ({ user }) => user.id === "ada" });
    const peer = venue.enter("ada", { pass: passFor(ada), asked: ["lobby"] });
    await venue.stage.settle();
    expect(peer.socket.closeCode).toBe(4403);
    expect(peer.of("joined")).toEqual([]);
  });
});

describe("a connection that is revoked and does not read", () => {
  it("is cut within a second, with all that it had not read", async () => {
    const { venue } = venueOf();
    const peer = await venue.member("ada", "lobby", { pass: passFor(ada), reads: false });
    await venue.stage.settle();
    venue.house.connections.tell({ type: "revoke", user: "ada" });
    await venue.stage.advance(999);
    expect(peer.socket.closeCode).toBe(4403);
    expect(peer.socket.deeds).toContain("terminate");
  });
});

describe("grants", () => {
  const says = (grants: Partial<Record<string, readonly Grant[]>>) => ({
    grants: (room: string): readonly Grant[] => grants[room] ?? [],
  });

  it("that are lost while a join is under way keep it from being done", async () => {
    const log = new UnrulyLog(memoryLog());
    const { venue, tokens } = venueOf({ log });
    tokens.set("less", { ok: true, pass: passFor(ada, says({})) });
    log.reads = "hold";
    const peer = venue.enter("ada", { pass: passFor(ada) });
    peer.say({ type: "join", id: "j" }, { type: "message", room: "lobby", content: "hi", id: "m" });
    peer.say({ type: "auth", token: "less", id: "a" });
    await venue.stage.settle();
    log.release();
    await venue.stage.settle();
    expect(peer.of("joined")).toEqual([]);
    expect(peer.of("error").map(({ id, code }) => [id, code])).toEqual([
      ["j", "forbidden"],
      ["m", "not_joined"],
    ]);
    const other = await venue.member("other");
    expect(other.last("joined")).toMatchObject({ count: 1, messages: [] });
  });

  it("that are lost in a room end being there, and nothing of it comes any more", async () => {
    const { venue, tokens } = venueOf();
    tokens.set("less", { ok: true, pass: passFor(ada, says({ kept: ["read"] })) });
    const peer = await venue.member("ada", "kept", { pass: passFor(ada) });
    await venue.join(peer, { room: "lost" });
    const other = await venue.member("other", "lost");
    peer.say({ type: "auth", token: "less" });
    await venue.stage.settle();
    expect(peer.of("left")).toEqual([{ type: "left", room: "lost" }]);
    await venue.talk(other, 2, { room: "lost" });
    expect(peer.of("message")).toEqual([]);
    peer.say({ type: "message", room: "kept", content: "no", id: 1 });
    await venue.stage.settle();
    expect(peer.last("error")).toMatchObject({ id: 1, room: "kept", code: "forbidden" });
  });

  it("that come with a new token count from then on", async () => {
    const { venue, tokens } = venueOf();
    tokens.set("more", { ok: true, pass: passFor(ada, says({ lobby: ["read", "write"] })) });
    const peer = await venue.member("ada", "lobby", { pass: passFor(ada, says({ lobby: ["read"] })) });
    peer.say({ type: "message", content: "no", id: 1 }, { type: "auth", token: "more" });
    peer.say({ type: "message", content: "yes", id: 2 });
    await venue.stage.settle();
    expect(peer.last("error")).toMatchObject({ id: 1, code: "forbidden" });
    expect(peer.of("ack").at(-1)).toMatchObject({ id: 2, seq: 1 });
  });
});

describe("the rooms that are listed", () => {
  it("are those one may read, and a page ends with one of them", async () => {
    const { venue } = venueOf();
    for (const room of ["a-1", "b-1", "b-2", "c-1", "c-2"]) await venue.member("owner", room);
    await venue.stage.advance(1_000);
    const grants = (room: string): readonly Grant[] => (room.endsWith("1") ? ["read"] : ["write"]);
    const peer = venue.enter("ada", { pass: passFor(ada, { grants }) });
    peer.say({ type: "rooms", limit: 2, id: 1 }, { type: "rooms", limit: 2, cursor: "b-1", id: 2 });
    await venue.stage.settle();
    expect(
      peer.of("rooms").map(({ rooms, cursor }) => [(rooms as { room: string }[]).map(({ room }) => room), cursor]),
    ).toEqual([
      [["a-1", "b-1"], "b-1"],
      [["c-1"], undefined],
    ]);
  });
});

describe("a guest, where tokens may come in commands", () => {
  it("becomes a user until it has joined a room, and not after", async () => {
    const { venue, tokens } = venueOf({ inband: true });
    tokens.set("ada", { ok: true, pass: passFor(ada) });
    const [early, late] = [venue.enter("early"), await venue.member("late")];
    early.say({ type: "auth", token: "ada" }, { type: "join" });
    late.say({ type: "auth", token: "ada", id: 1 });
    await venue.stage.settle();
    expect(early.of("welcome").map(({ user }) => (user as User).id)).toEqual(["guest:early", "ada"]);
    expect(early.last("joined")).toMatchObject({ user: ada });
    expect(late.last("error")).toMatchObject({ id: 1, code: "unauthorized" });
  });

  it("stays a guest where they may not", async () => {
    const { venue, tokens } = venueOf();
    tokens.set("ada", { ok: true, pass: passFor(ada) });
    const peer = venue.enter("early");
    peer.say({ type: "auth", token: "ada", id: 1 });
    await venue.stage.settle();
    expect(peer.last("error")).toMatchObject({ id: 1, code: "unauthorized" });
  });
});

describe("grants that somebody else is asked for", () => {
  /** A pass of which each asking is answered when the test says so. */
  function asked(user = ada) {
    const questions: { readonly room: string; answer(grants: readonly Grant[] | undefined): void }[] = [];
    const grants = (room: string): Promise<readonly Grant[] | undefined> => {
      const { promise, resolve } = later<readonly Grant[] | undefined>();
      questions.push({ room, answer: resolve });
      return promise;
    };
    return { questions, pass: passFor(user, { grants, deferred: true }) };
  }

  it("are asked for once, at the join, and never for a message", async () => {
    const { venue } = venueOf();
    const { questions, pass } = asked();
    const peer = venue.enter("ada", { pass });
    peer.say({ type: "join", id: "j" }, { type: "message", room: "lobby", content: "hi", id: "m" });
    await venue.stage.settle();
    expect(peer.of("joined", "ack")).toEqual([]);
    questions[0]?.answer(all);
    await venue.stage.settle();
    await venue.talk(peer, 20);
    expect(peer.of("joined", "ack").slice(0, 2)).toMatchObject([
      { id: "j", grants: all },
      { id: "m", seq: 1 },
    ]);
    expect(peer.of("message")).toHaveLength(21);
    expect(questions).toHaveLength(1);
  });

  it.each([
    ["there are none", [], "forbidden"],
    ["they do not hold read", ["write"], "forbidden"],
    ["nobody can tell", undefined, "unavailable"],
  ] as const)("keep a join from being done where %s", async (_, granted, code) => {
    const { venue } = venueOf();
    const { questions, pass } = asked();
    const peer = venue.enter("ada", { pass, asked: ["lobby"] });
    await venue.stage.settle();
    questions[0]?.answer(granted);
    await venue.stage.settle();
    expect(peer.last("error")).toMatchObject({ room: "lobby", code });
    expect(venue.roomNames).toEqual([]);
  });

  it("under a former pass count for nothing: they are asked for anew", async () => {
    const { venue, tokens } = venueOf();
    const [former, latter] = [asked(), asked()];
    tokens.set("new", { ok: true, pass: latter.pass });
    const peer = venue.enter("ada", { pass: former.pass });
    peer.say({ type: "join", id: "j" });
    await venue.stage.settle();
    peer.say({ type: "auth", token: "new" });
    await venue.stage.settle();
    former.questions[0]?.answer(all);
    await venue.stage.settle();
    expect(peer.of("joined")).toEqual([]);
    latter.questions[0]?.answer([]);
    await venue.stage.settle();
    expect(peer.last("error")).toMatchObject({ id: "j", code: "forbidden" });
  });

  it("stay in force until there are new ones, which may end being there", async () => {
    const { venue, tokens } = venueOf();
    const [former, latter] = [asked(), asked()];
    tokens.set("new", { ok: true, pass: latter.pass });
    const peer = venue.enter("ada", { pass: former.pass, asked: ["lobby"] });
    await venue.stage.settle();
    former.questions[0]?.answer(all);
    await venue.stage.settle();
    peer.say({ type: "auth", token: "new" }, { type: "message", room: "lobby", content: "hi", id: 1 });
    await venue.stage.settle();
    expect(peer.of("ack").at(-1)).toMatchObject({ id: 1, seq: 1 });
    latter.questions[0]?.answer([]);
    await venue.stage.settle();
    expect(peer.of("left")).toEqual([{ type: "left", room: "lobby" }]);
  });

  it("decide which rooms are listed, a page at a time, under a cursor that says nothing of rooms", async () => {
    const { venue } = venueOf();
    for (let at = 10; at < 80; at += 1) await venue.member("owner", `room-${at}`);
    await venue.stage.advance(1_000);
    const { questions, pass } = asked();
    const peer = venue.enter("ada", { pass });
    const seen: unknown[] = [];
    let cursor: unknown;
    for (let round = 0; round < 2; round += 1) {
      peer.say({ type: "rooms", id: round, ...(cursor !== undefined && { cursor }) });
      await venue.stage.settle();
      for (const { room, answer } of questions.splice(0)) answer(room.endsWith("7") ? ["read"] : []);
      await venue.stage.settle();
      const page = peer.last("rooms") as unknown as { rooms: { room: string }[]; cursor?: string };
      seen.push(...page.rooms.map(({ room }) => room));
      cursor = page.cursor;
      if (round === 0) expect(cursor).toMatch(/^[a-z0-9]+$/);
    }
    expect(seen).toEqual([17, 27, 37, 47, 57, 67, 77].map((at) => `room-${at}`));
    expect(cursor).toBeUndefined();
    peer.say({ type: "rooms", id: "made up", cursor: "room-20" });
    await venue.stage.settle();
    expect(peer.last("error")).toMatchObject({ id: "made up", code: "bad_command", issues: ["cursor"] });
  });
});
