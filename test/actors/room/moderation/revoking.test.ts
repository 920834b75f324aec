import { describe, expect, it } from "vitest";
import { MemoryStore } from "../../../../src/logs/memory.ts";
import { MemoryRecords } from "../../../../src/logs/memory-records.ts";
import { Stage } from "../../../../src/testing/mod.ts";
import { passFor } from "../../connection/venue.ts";
import { Court } from "./court.ts";
import { FailingRecords } from "./failing-records.ts";

const ADMIN = { by: "host:admin", path: "api" } as const;

describe("a revocation", () => {
  it("closes the user's connections, and has its members leave at once", async () => {
    const court = new Court();
    const [ada, bob] = [await court.member("ada"), await court.member("bob")];
    await court.office.revoking.revoke({ kind: "user", id: "guest:ada" }, ADMIN);
    await court.stage.settle();
    expect(ada.socket.closeCode).toBe(4403);
    expect(bob.socket.closeCode).toBeUndefined();
  });

  it("keeps its user out of rooms, should it be let in all the same", async () => {
    const court = new Court();
    await court.office.revoking.revoke({ kind: "user", id: "guest:ada", reason: "gone" }, ADMIN);
    await court.stage.settle();
    const ada = court.venue.enter("ada");
    expect(await court.ask(ada, { type: "join" })).toMatchObject({ type: "error", code: "banned" });
    await court.stage.settle();
    expect(ada.socket.closeCode).toBe(4403);
  });

  it("ends when it was to, and by reinstate()", async () => {
    const court = new Court();
    const { revocations, revoking } = court.office;
    const now = (): number => court.stage.clock.now();
    await revoking.revoke({ kind: "token", id: "t", until: court.stage.clock.date() + 5_000 }, ADMIN);
    await revoking.revoke({ kind: "user", id: "u" }, ADMIN);
    await court.stage.settle();
    expect([
      revocations.out({ user: "x", token: "t" }, now()),
      revocations.out({ user: "u", token: undefined }, now()),
    ]).toEqual([true, true]);
    await court.stage.advance(6_000);
    expect(revocations.out({ user: "x", token: "t" }, now())).toBe(false);
    await revoking.reinstate({ kind: "user", id: "u" }, ADMIN);
    await court.stage.settle();
    expect(revocations.out({ user: "u", token: undefined }, now())).toBe(false);
  });

  it("is refused past as many as there may be", async () => {
    const court = new Court({ limits: { revocations: 1 } });
    const { revoking } = court.office;
    expect(await revoking.revoke({ kind: "user", id: "a" }, ADMIN)).toMatchObject({ type: "done" });
    await court.stage.settle();
    expect(await revoking.revoke({ kind: "user", id: "b" }, ADMIN)).toEqual({ type: "full" });
  });

  it.each([
    { kind: "user", id: "ada" },
    { kind: "token", id: "session" },
  ] as const)("of a $kind has the log refuse what another node had allowed, which then knows", async (whom) => {
    const store = new MemoryStore();
    const [stage, elsewhere] = [new Stage(), new Stage()];
    const records = new MemoryRecords(stage.clock);
    const deaf = new FailingRecords(records);
    const one = new Court({ stage, records, log: store.connect() });
    const other = new Court({ stage: elsewhere, records: deaf, log: store.connect() });
    const pass = passFor({ id: "ada", name: "ada", guest: false }, { token: "session" });
    const [ada, bob] = [await other.venue.member("ada", "lobby", { pass }), await other.member("bob")];
    deaf.silent = true;
    const done = one.office.revoking.revoke(whom, ADMIN);
    await stage.settle();
    await done;
    ada.say({ type: "message", content: "one more" });
    bob.say({ type: "message", id: "b", content: "hello" });
    await elsewhere.settle();
    expect(ada.of("ack")).toEqual([]);
    expect(ada.socket.closeCode).toBe(4403);
    expect(bob.last("ack")).toMatchObject({ id: "b", seq: 1 });
  });
});

describe("a node that is cut off from its records", () => {
  async function cutOff(shared: boolean) {
    const stage = new Stage();
    const records = new FailingRecords(new MemoryRecords(stage.clock));
    const court = new Court({ stage, records, log: new MemoryStore().connect({ shared }) });
    const ada = await court.member("ada");
    records.failing = true;
    return { court, ada, records };
  }

  it("takes nothing after five seconds, and lets nobody in, until it hears from them", async () => {
    const { court, ada, records } = await cutOff(true);
    await court.stage.advance(4_000);
    expect(await court.ask(ada, { type: "message", content: "yes" })).toMatchObject({ type: "ack" });
    await court.stage.advance(2_500);
    expect(await court.ask(ada, { type: "message", content: "no" })).toMatchObject({
      code: "unavailable",
      retryAfter: 1_000,
    });
    const bob = court.venue.enter("bob");
    expect(await court.ask(bob, { type: "join" })).toMatchObject({ code: "unavailable" });
    expect(await court.ask(ada, { type: "history" })).toMatchObject({ type: "history" });
    records.failing = false;
    await court.stage.advance(1_500);
    expect(await court.ask(ada, { type: "message", content: "again" })).toMatchObject({ type: "ack" });
    expect(await court.ask(bob, { type: "join" })).toMatchObject({ type: "joined" });
  });

  it("lets members signal each other meanwhile, but for those who are known to be muted", async () => {
    const { court, ada, records } = await cutOff(true);
    records.failing = false;
    const mod = await court.moderator("mod");
    const bob = await court.member("bob");
    await court.ask(mod, { type: "mute", user: "guest:bob" });
    records.failing = true;
    await court.stage.advance(10_000);
    await court.say(ada, { type: "signal", room: "lobby", name: "wave" });
    await court.say(bob, { type: "signal", room: "lobby", name: "shout" });
    expect(mod.of("signal").map(({ name }) => name)).toEqual(["wave"]);
    expect(bob.last("error")).toMatchObject({ code: "muted" });
  });

  it("goes on where no other node can have decided anything", async () => {
    const { court, ada } = await cutOff(false);
    await court.stage.advance(20_000);
    expect(await court.ask(ada, { type: "message", content: "yes" })).toMatchObject({ type: "ack" });
  });

  it("opens no room whose rules it cannot read", async () => {
    const { court, records } = await cutOff(false);
    const bob = court.venue.enter("bob");
    expect(await court.ask(bob, { type: "join", room: "attic" })).toMatchObject({ code: "unavailable" });
    records.failing = false;
    await court.stage.advance(1_000);
    expect(await court.ask(bob, { type: "join", room: "attic" })).toMatchObject({ type: "joined" });
  });

  it("keeps nobody waiting for ever where they do not even fail", async () => {
    const stage = new Stage();
    const records = new FailingRecords(new MemoryRecords(stage.clock));
    const court = new Court({ stage, records });
    await stage.settle();
    records.hanging = true;
    const bob = court.venue.enter("bob");
    bob.say({ type: "join", id: "j" });
    await stage.advance(5_000);
    expect(bob.last("error")).toMatchObject({ id: "j", code: "unavailable" });
    records.hanging = false;
    await stage.advance(1_000);
    expect(await court.ask(bob, { type: "join" })).toMatchObject({ type: "joined" });
  });

  it("says so to a moderator, who asks again", async () => {
    const { court, records } = await cutOff(false);
    const mod = await court.moderator("mod");
    const refused = await court.ask(mod, { type: "ban", user: "guest:ada" });
    expect(refused).toMatchObject({ type: "error", code: "unavailable", unknown: true });
    records.failing = false;
    expect(await court.ask(mod, { type: "ban", user: "guest:ada" })).toMatchObject({ type: "ack" });
  });
});
