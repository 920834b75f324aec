import { describe, expect, it } from "vitest";
import type { Attendee } from "../attendee.ts";
import { believed, type House, poison, sawLeaving, Town } from "./town.ts";

/** For whoever is one of many: nothing is made of what it is told. */
const crowd = { offer: () => true };

/** A town of three nodes, and they. */
async function three(limits: ConstructorParameters<typeof Town>[0] = {}): Promise<[Town, House, House, House]> {
  const town = new Town(limits);
  return [town, ...((await town.start("a", "b", "c")) as [House, House, House])];
}

describe("presence() across nodes", () => {
  it("shows members of all nodes in `joined`, in `members` and in events", async () => {
    const [town, a, b, c] = await three();
    const ada = await town.member(a, "ada");
    const bob = await town.member(b, "bob");
    await town.stage.advance(500);
    const eve = await town.member(c, "eve");
    expect(eve.of("joined")).toMatchObject([
      { count: 3, members: expect.arrayContaining([{ id: "guest:ada", name: "ada" }]) },
    ]);
    await town.stage.advance(500);
    for (const one of [ada, bob, eve]) {
      expect(believed(one)).toEqual(["ada", "bob", "eve"]);
      expect(await town.members(one)).toEqual(["ada", "bob", "eve"]);
    }
  });

  it("takes a user on several nodes for one member, who stays with the last of them", async () => {
    const [town, a, b, c] = await three();
    const host = await town.member(a, "host");
    const [one, other] = [await town.member(b, "ada"), await town.member(c, "ada")];
    await town.stage.advance(1_000);
    expect(host.of("presence").at(-1)).toMatchObject({ count: 2 });
    one.leave();
    await town.stage.advance(10_000);
    expect(sawLeaving(host, "ada")).toBe(false);
    other.leave();
    await town.stage.advance(10_000);
    expect(believed(host)).toEqual(["host"]);
  });

  it("shows no leaving of a user who comes back to another node within the grace", async () => {
    const [town, a, b, c] = await three();
    const host = await town.member(a, "host");
    const first = await town.member(b, "ada");
    await town.stage.advance(1_000);
    first.leave();
    await town.stage.advance(4_990);
    await town.member(c, "ada");
    const told = host.of("presence").length;
    await town.stage.advance(30_000);
    expect(host.of("presence").length).toBe(told);
    expect(believed(host)).toEqual(["ada", "host"]);
  });

  it("shows at once that someone leaves by its own word, though another node waits for it to come back", async () => {
    const [town, a, b, c] = await three();
    const host = await town.member(a, "host");
    const first = await town.member(b, "ada");
    await town.stage.advance(1_000);
    first.leave();
    await town.stage.advance(1_000);
    const second = await town.member(c, "ada");
    await town.stage.advance(500);
    second.room?.tell({ type: "leave", listener: second, id: 1, abrupt: false });
    await town.stage.advance(1_000);
    expect(believed(host)).toEqual(["host"]);
  });

  it("lets go of who does not come back, though its room had been about to end as idle", async () => {
    const [town, a, b] = await three({ roomIdleMs: 1_000 });
    const host = await town.member(a, "host");
    const ada = await town.member(b, "ada");
    await town.stage.advance(1_000);
    ada.leave();
    await town.stage.advance(4_990);
    expect(believed(host)).toEqual(["ada", "host"]);
    await town.stage.advance(1_000);
    expect(believed(host)).toEqual(["host"]);
  });

  it("lets a dead node's members go within 15 s, and not before they could have come back", async () => {
    const [town, a, b] = await three();
    const host = await town.member(a, "host");
    await town.member(b, "ada");
    await town.stage.advance(1_000);
    b.kill();
    await town.stage.advance(5_000);
    expect(believed(host)).toEqual(["ada", "host"]);
    await town.stage.advance(10_000);
    expect(believed(host)).toEqual(["host"]);
    expect(await town.members(host)).toEqual(["host"]);
  });

  it("shows no leaving of those who come back from a dead node to its successor", async () => {
    const [town, a, b] = await three();
    const host = await town.member(a, "host");
    await town.member(b, "ada");
    await town.stage.advance(1_000);
    b.kill();
    const [successor] = await town.start("b2");
    await town.member(successor as House, "ada");
    await town.stage.advance(30_000);
    expect(sawLeaving(host, "ada")).toBe(false);
    expect(believed(host)).toEqual(["ada", "host"]);
  });

  it("shows no leaving of those who are told to come back by a node that ends in order, for as long as they may take", async () => {
    const [town, a, b, c] = await three();
    const host = await town.member(a, "host");
    const [ada, never] = [await town.member(b, "ada"), await town.member(b, "never")];
    await town.stage.advance(1_000);
    b.neighbours.drain(10_000);
    ada.leave();
    never.leave();
    await town.stage.settle();
    void b.neighbours.leave(0);
    await town.stage.settle();
    b.kill();
    await town.stage.advance(10_500);
    await town.member(c, "ada");
    await town.stage.advance(10_000);
    expect(sawLeaving(host, "ada")).toBe(false);
    expect(believed(host)).toEqual(["ada", "host"]);
  });

  it("finds out what it was not told", async () => {
    const [town, a, b] = await three();
    const host = await town.member(a, "host");
    const ada = await town.member(b, "ada");
    await town.stage.advance(500);
    a.loses = () => true;
    ada.leave();
    await town.member(b, "bob");
    await town.stage.advance(6_000);
    expect(believed(host)).toEqual(["ada", "host"]);
    a.loses = () => false;
    await town.stage.advance(3_000);
    expect(believed(host)).toEqual(["bob", "host"]);
  });

  it("tells what a room had still to tell when it failed", async () => {
    const [town, a, b] = await three();
    const host = await town.member(a, "host");
    const ada = await town.member(b, "ada");
    await town.stage.advance(1_000);
    await town.member(b, "bob"); // which is told at once, and what comes next in a moment
    town.enter(b, "eve");
    await town.stage.settle();
    ada.room?.tell(poison);
    await town.stage.advance(10_000);
    expect(believed(host)).toEqual(["ada", "bob", "eve", "host"]);
  });

  it("keeps its interval between two events, though the room fails in between", async () => {
    const [town, a] = await three();
    const host = await town.member(a, "host");
    await town.stage.advance(1_000);
    await town.member(a, "ada"); // which is told at once
    const told = host.of("presence").length;
    host.room?.tell(poison);
    await town.member(a, "bob");
    await town.stage.advance(200);
    expect(host.of("presence")).toHaveLength(told);
    await town.stage.advance(100);
    expect(host.of("presence")).toHaveLength(told + 1);
    expect(believed(host)).toEqual(["ada", "bob", "host"]);
  });

  it("finds out that a room was closed elsewhere, though it was not told who had left", async () => {
    const [town, a, b] = await three({ roomIdleMs: 6_000 });
    const host = await town.member(a, "host");
    const ada = await town.member(b, "ada");
    await town.stage.advance(500);
    a.loses = () => true;
    ada.leave();
    await town.stage.advance(20_000);
    expect(believed(host)).toEqual(["ada", "host"]);
    a.loses = () => false;
    await town.stage.advance(10_000);
    expect(believed(host)).toEqual(["host"]);
  });

  it("has both halves of a partition agree once it is over, and the one that is cut off keep who was there", async () => {
    const [town, a, b, c] = await three();
    const [host, bob] = [await town.member(a, "host"), await town.member(b, "bob")];
    await town.member(c, "eve");
    await town.stage.advance(1_000);
    b.cut = true;
    await town.stage.advance(15_000);
    expect(believed(host)).toEqual(["eve", "host"]);
    expect(believed(bob)).toEqual(["bob", "eve", "host"]);
    await town.member(b, "ada");
    await town.member(a, "ida");
    b.cut = false;
    await town.stage.advance(8_000);
    for (const one of [host, bob]) {
      expect(believed(one)).toEqual(["ada", "bob", "eve", "host", "ida"]);
      expect(await town.members(one)).toEqual(["ada", "bob", "eve", "host", "ida"]);
    }
  });

  it("shows no leaving when the records were out of reach for all of them, and have lost the leases", async () => {
    const [town, ...nodes] = await three();
    const [host] = [await town.member(nodes[0], "host"), await town.member(nodes[1], "ada")];
    await town.stage.advance(1_000);
    const told = (host?.of("presence") ?? []).length;
    for (const node of nodes) node.cut = true;
    await town.stage.advance(60_000);
    for (const node of nodes) {
      node.cut = false;
      await town.stage.advance(800); // they are not all back at the same time
    }
    await town.stage.advance(30_000);
    expect(host?.of("presence")).toHaveLength(told);
    expect(await town.members(host as Attendee)).toEqual(["ada", "host"]);
  });

  it("tells a member of 5,000 joins on three nodes over 10 s in at most 45 events, and other nodes in as few messages", async () => {
    const [town, ...nodes] = await three({ presenceLimit: 10_000 });
    const host = await town.member(nodes[0], "host");
    const saidBefore = nodes[1].said;
    for (let at = 0; at < 5_000; at += 1) {
      Object.assign(town.enter(nodes[at % 3] as House, `user_${at}`), crowd);
      if (at % 5 === 4) await town.stage.advance(10);
    }
    await town.stage.advance(1_000);
    expect(host.of("presence").length).toBeLessThanOrEqual(45);
    expect(believed(host)).toHaveLength(5_001);
    expect(nodes[1].said - saidBefore).toBeLessThan(250);
  }, 60_000);

  it("sends more members than fit a message in parts", async () => {
    const [town, a, b] = await three({ presenceLimit: 10_000 });
    for (let at = 0; at < 1_200; at += 1) {
      Object.assign(town.enter(a, `user_${at}`), crowd);
      if (at % 500 === 499) await town.stage.settle();
    }
    await town.stage.advance(1_000);
    const late = await town.member(b, "late");
    expect(late.of("joined")).toMatchObject([{ count: 1_201 }]);
  }, 60_000);

  it("opens a room without those who do not answer, in half a second", async () => {
    const [town, a, b] = await three();
    await town.member(b, "ada");
    await town.stage.advance(500);
    a.loses = () => true;
    const host = await town.member(a, "host");
    expect(host.of("joined")).toEqual([]);
    await town.stage.advance(500);
    expect(host.of("joined")).toMatchObject([{ count: 1 }]);
  });
});

describe("rooms() across nodes", () => {
  it("lists the rooms of all nodes, with all their members", async () => {
    const [town, a, b, c] = await three();
    await town.member(a, "ada", "both");
    await town.member(b, "bob", "both");
    await town.member(c, "eve", "attic");
    await town.stage.advance(1_000);
    for (const node of [a, b, c]) {
      expect(await town.list(node)).toEqual([
        { room: "attic", count: 1 },
        { room: "both", count: 2 },
      ]);
    }
    expect(await town.list(a, { prefix: "at" })).toEqual([{ room: "attic", count: 1 }]);
  });

  it("lists pages that hold what may be seen, and none of what may not", async () => {
    const [town, a, b] = await three();
    for (let at = 0; at < 9; at += 1) await town.member(b, "bob", `room-${at}`);
    await town.stage.advance(1_000);
    const visible = (room: string): boolean => Number(room.at(-1)) % 2 === 0;
    expect(await town.list(a, { limit: 2, visible })).toEqual([
      { room: "room-0", count: 1 },
      { room: "room-2", count: 1 },
    ]);
    expect(await town.list(a, { limit: 3, cursor: "room-2", visible })).toEqual(
      [4, 6, 8].map((at) => ({ room: `room-${at}`, count: 1 })),
    );
  });

  it("lists what it knows where others do not answer", async () => {
    const [town, a, b] = await three();
    await town.member(a, "ada", "here");
    await town.member(b, "bob", "there");
    await town.stage.advance(1_000);
    a.loses = () => true;
    expect(await town.list(a)).toEqual([{ room: "here", count: 1 }]);
  });
});
