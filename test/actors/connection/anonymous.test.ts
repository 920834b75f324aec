import { describe, expect, it } from "vitest";
import type { Verdict } from "../../../src/actors/connection/mod.ts";
import type { User } from "../../../src/actors/wire/mod.ts";
import { type EntryOptions, passFor, Venue } from "./venue.ts";

const ada: User = { id: "ada", name: "Ada", guest: false };

/** Somebody who has shown nothing yet, where the token `good` is Ada's. */
async function stranger(options: EntryOptions = {}) {
  const admit = (token: string): Promise<Verdict> =>
    Promise.resolve(
      token === "good"
        ? { ok: true, pass: passFor(ada) }
        : {
            ok: false,
            code: token === "banned" ? "banned" : token === "later" ? "unavailable" : "unauthorized",
            reason: "no",
          },
    );
  const venue = new Venue({ admit, inband: true });
  const peer = venue.enter("nobody", { pass: null, ...options });
  await venue.stage.settle();
  return { venue, peer };
}

describe("anonymous()", () => {
  it("says nothing, until a first command shows who it is", async () => {
    const { venue, peer } = await stranger({ asked: ["lobby"] });
    expect(peer.heard).toEqual([]);
    peer.say({ type: "auth", token: "good", id: 1 });
    await venue.stage.settle();
    expect(peer.heard.map(({ type }) => type).slice(0, 3)).toEqual(["welcome", "ack", "joined"]);
    expect(peer.heard[0]).toMatchObject({ user: ada });
    await venue.stage.advance(20_000);
    expect(peer.socket.closeCode).toBeUndefined();
  });

  it("is closed with 4401 after 5 s, and not before", async () => {
    const { venue, peer } = await stranger();
    await venue.stage.advance(4_999);
    expect(peer.socket.closeCode).toBeUndefined();
    await venue.stage.advance(1);
    expect(peer.last("error")).toMatchObject({ code: "unauthorized" });
    expect(peer.socket.closeCode).toBe(4401);
  });

  it.each([
    ["bad", "unauthorized", 4401],
    ["banned", "banned", 4403],
    ["later", "unavailable", 1013],
  ])("is closed over the token %s, and does nothing of what comes behind it", async (token, code, close) => {
    const { venue, peer } = await stranger({ asked: ["lobby"] });
    peer.say({ type: "auth", token, id: 1 }, { type: "join", room: "lobby" }, { type: "auth", token: "good" });
    await venue.stage.settle();
    expect(peer.heard).toMatchObject([{ type: "error", id: 1, code }]);
    expect(peer.socket.closeCode).toBe(close);
    expect(venue.roomNames).toEqual([]);
  });

  it.each([{ type: "join" }, { type: "ping" }, { type: "dance" }, { type: "auth" }, [], "text"])(
    "is closed with 4401 over %j",
    async (command) => {
      const { venue, peer } = await stranger();
      peer.events.received(JSON.stringify(command));
      await venue.stage.settle();
      expect(peer.of("error")).toMatchObject([{ code: "unauthorized" }]);
      expect(peer.socket.closeCode).toBe(4401);
    },
  );

  it("is closed with 1009 over a message of more than 4 KiB, in either format", async () => {
    for (const format of ["v1", "batch"] as const) {
      const { venue, peer } = await stranger({ format });
      peer.events.received(JSON.stringify({ type: "auth", token: "x".repeat(4_090) }));
      await venue.stage.settle();
      expect(peer.socket.closeCode).toBe(1009);
    }
  });

  it("is closed with 1003 over bytes", async () => {
    const { venue, peer } = await stranger();
    peer.events.received(new Uint8Array(3));
    await venue.stage.settle();
    expect(peer.socket.closeCode).toBe(1003);
  });

  it("ends in order while the server drains", async () => {
    const { venue, peer } = await stranger();
    venue.house.connections.tell({ type: "drain", spreadMs: 100 });
    venue.house.connections.tell({ type: "close", byMs: 0, reply: () => undefined });
    await venue.stage.settle();
    expect(peer.socket.closeCode).toBe(1012);
  });
});
