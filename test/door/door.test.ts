import { describe, expect, it } from "vitest";
import type { Verdict } from "../../src/actors/connection/mod.ts";
import { Door, type DoorOptions, type DoorParts, type Who } from "../../src/door/mod.ts";
import { MemoryRecords } from "../../src/logs/memory-records.ts";
import { Stage } from "../../src/testing/mod.ts";

const request = new Request("http://localhost/ws");

function doorOf(options: DoorOptions = {}, parts: Partial<DoorParts> = {}) {
  const stage = new Stage();
  const heard: string[] = [];
  const observe: DoorParts["observe"] = (event) => void (event.type === "failed" && heard.push(event.path));
  const records = new MemoryRecords(stage.clock);
  const door = new Door(options, { records, clock: stage.clock, ticketMs: 30_000, hookMs: 5_000, observe, ...parts });
  return { stage, door, heard };
}

function passOf(verdict: Verdict) {
  if (!verdict.ok) throw new Error(`Cannot go on: ${verdict.reason}`);
  return verdict.pass;
}

const never = new Promise<never>(() => undefined);

describe("a door that asks an app who someone is", () => {
  it("takes its word for it, at once or later", async () => {
    const who: Who = { id: "ada", name: "Ada", rooms: { lobby: ["read"] }, endsAt: 5, token: "session-1" };
    for (const authenticate of [() => who, () => Promise.resolve(who)]) {
      const { door } = doorOf({}, { authenticate });
      const found = await door.ask(request);
      expect(found).toMatchObject({ id: "ada", name: "Ada", endsAt: 5, token: "session-1" });
    }
  });

  it.each(["", "x".repeat(65), "a\nb", "\ud800"])(
    "calls a user by its id where its name cannot be shown: %j",
    async (name) => {
      expect(await doorOf({}, { authenticate: () => ({ id: "ada", name }) }).door.ask(request)).toMatchObject({
        name: "ada",
      });
    },
  );

  it("goes on with other credentials where it says nothing", async () => {
    expect(await doorOf({}, { authenticate: () => undefined }).door.ask(request)).toBeUndefined();
  });

  it.each([
    [
      "throws",
      () => {
        throw new Error("a bug");
      },
    ],
    ["rejects", () => Promise.reject(new Error("a bug"))],
    ["names a guest", () => ({ id: "guest:ada" })],
    ["names nobody", () => ({ id: "" })],
    ["grants what there is not", () => ({ id: "ada", rooms: { "a b": [] } })],
  ] as const)("lets nobody in where it %s", async (_, authenticate) => {
    expect(await doorOf({}, { authenticate }).door.ask(request)).toMatchObject({ ok: false, code: "unavailable" });
  });

  it("reports that it failed, once, and not what it answers later", async () => {
    const late = Promise.withResolvers<Who>();
    const { stage, door, heard } = doorOf({}, { authenticate: () => late.promise });
    const asked = door.ask(request);
    await stage.advance(5_000);
    late.reject(new Error("too late"));
    expect(await asked).toMatchObject({ ok: false });
    await stage.settle();
    expect(heard).toEqual(["/door/authenticate"]);
  });

  it("waits for it no longer than 5 s", async () => {
    const { stage, door } = doorOf({}, { authenticate: () => never });
    const asked = door.ask(request);
    await stage.advance(5_000);
    expect(await asked).toMatchObject({ ok: false, code: "unavailable" });
  });
});

describe("a door that asks an app what a user may do", () => {
  const identity = {
    id: "ada",
    name: "Ada",
    rooms: undefined,
    endsAt: undefined,
    issuedAt: undefined,
    token: undefined,
  };

  it("grants what the app says, and what else is granted where it says nothing", async () => {
    const asked: string[] = [];
    const authorize: NonNullable<DoorParts["authorize"]> = ({ id }, room, action) => {
      asked.push(`${id} ${room} ${action}`);
      if (action === "moderate") return Promise.resolve(true);
      return action === "write" ? false : undefined;
    };
    const pass = passOf(doorOf({}, { authorize }).door.let(identity));
    expect(pass.deferred).toBe(true);
    expect(await pass.grants("lobby")).toEqual(["read", "signal", "upload", "moderate"]);
    expect(asked.toSorted()[0]).toBe("ada lobby moderate");
  });

  it("cannot tell where the app throws, rejects or takes too long", async () => {
    for (const authorize of [
      () => {
        throw new Error("a bug");
      },
      () => Promise.reject(new Error("a bug")),
      () => never,
    ]) {
      const { stage, door } = doorOf({}, { authorize });
      const granted = passOf(door.let(identity)).grants("lobby");
      await stage.advance(5_000);
      expect(await granted).toBeUndefined();
    }
  });

  it("asks about a guest by the name it has chosen since", async () => {
    const asked = new Set<string>();
    const authorize = ({ id }: { id: string }): undefined => void asked.add(id) as undefined;
    const { door } = doorOf({}, { authorize });
    await passOf(door.letGuest("one")).grants("lobby", { id: "guest:two", name: "two", guest: true });
    expect([...asked]).toEqual(["guest:two"]);
  });
});

describe("a door", () => {
  it("takes no cookie from the pages of every origin", () => {
    expect(() => doorOf({ cookie: "session", origins: ["*"] })).toThrow("Cannot take a cookie");
    expect(() => doorOf({ cookie: "session", origins: ["https://app.example.com"] })).not.toThrow();
  });

  it("keeps out whoever has been revoked: a user, a token, a guest's name", () => {
    const revoked: DoorParts["revoked"] = ({ user, token }) => user.id === "guest:bad" || token === "t-1";
    const { door } = doorOf({}, { revoked });
    const identity = { id: "ada", name: "ada", rooms: undefined, endsAt: undefined, issuedAt: undefined };
    expect(door.let({ ...identity, token: "t-1" })).toMatchObject({ ok: false, code: "banned" });
    expect(door.let({ ...identity, token: "t-2" })).toMatchObject({ ok: true });
    expect(door.letGuest("bad")).toMatchObject({ ok: false, code: "banned" });
    expect(door.letGuest("good")).toMatchObject({ ok: true });
  });

  it("says that it cannot be told while the store fails: no ticket is made, none is taken, and it is reported", async () => {
    const fails = (): Promise<never> => Promise.reject(new Error("the store is gone"));
    const records = Object.assign(new MemoryRecords(new Stage().clock), { put: fails, get: fails });
    const { door, heard } = doorOf({}, { records });
    const identity = {
      id: "ada",
      name: "ada",
      rooms: undefined,
      endsAt: undefined,
      issuedAt: undefined,
      token: undefined,
    };
    expect(await door.issue(identity, undefined)).toBeUndefined();
    expect(await door.redeem("a".repeat(22), undefined)).toMatchObject({ ok: false, code: "unavailable" });
    expect(heard).toEqual(["/door/tickets", "/door/tickets"]);
  });

  it("takes no token where it was told none", async () => {
    expect(await doorOf().door.admit("token")).toMatchObject({ ok: false, code: "unauthorized" });
  });

  it.each([
    [{ origins: ["example.com"] }, "Cannot allow the origin"],
    [{ trustedProxies: ["proxy"] }, "Cannot read the network"],
    [{ adminToken: "short" }, "Cannot take this admin token"],
    [{ adminToken: `with a space ${"x".repeat(32)}` }, "Cannot take this admin token"],
  ])("cannot be made of %j", (options, why) => {
    expect(() => doorOf(options)).toThrow(why);
  });
});
