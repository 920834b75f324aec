import { describe, expect, it } from "vitest";
import type { Peer } from "../connection/peer.ts";
import { Venue, type VenueOptions } from "../connection/venue.ts";

/** A room where one has been for a while, and hears of all that follows. */
async function company(options: VenueOptions = {}) {
  const venue = new Venue(options);
  const host = await venue.member("host");
  await venue.stage.advance(1_000);
  host.forget();
  return { venue, host };
}

async function leave(venue: Venue, peer: Peer): Promise<void> {
  peer.say({ type: "leave", room: "lobby" });
  await venue.stage.settle();
}

/** Who a client takes for members, from its `joined` and every `presence` since. */
function believed(peer: Peer): string[] {
  const members = new Set<string>();
  for (const event of peer.of("joined", "presence")) {
    const come = (event[event.type === "joined" ? "members" : "joined"] ?? []) as { id: string }[];
    for (const { id } of come) members.add(id);
    if (event.type === "presence") for (const id of (event["left"] ?? []) as string[]) members.delete(id);
  }
  return [...members].sort();
}

describe("presence()", () => {
  it("tells who came, and how many are there", async () => {
    const { venue, host } = await company();
    await venue.member("ada");
    await venue.stage.advance(250);
    expect(host.of("presence")).toEqual([
      { type: "presence", room: "lobby", count: 2, joined: [{ id: "guest:ada", name: "ada" }] },
    ]);
  });

  it("gathers changes: at most one event in 250 ms", async () => {
    const { venue, host } = await company();
    const times: number[] = [];
    for (let at = 0; at < 100; at += 1) {
      await venue.member(`user_${at}`);
      await venue.stage.advance(10);
      while (times.length < host.of("presence").length) times.push(venue.stage.clock.now());
    }
    await venue.stage.advance(250);
    expect(times.length).toBeGreaterThan(2);
    expect(times.every((time, at) => at === 0 || time - (times[at - 1] as number) >= 240)).toBe(true);
    expect(believed(host)).toHaveLength(100);
  });

  it("says nothing of who came and went between two events", async () => {
    const { venue, host } = await company();
    await venue.member("first");
    await venue.stage.advance(0);
    host.forget();
    const ada = await venue.member("ada");
    await leave(venue, ada);
    await venue.stage.advance(500);
    expect(host.of("presence")).toEqual([]);
  });

  it("tells a newcomer of who goes after it came, though others never saw that one", async () => {
    const { venue } = await company();
    await venue.member("first");
    await venue.stage.advance(10);
    const ada = await venue.member("ada");
    const late = await venue.member("late");
    await leave(venue, ada);
    await venue.stage.advance(500);
    expect(believed(late)).toEqual(["guest:first", "guest:host", "guest:late"]);
  });

  it("tells a newcomer of who comes back after it came, though others never missed that one", async () => {
    const { venue } = await company();
    const ada = await venue.member("ada");
    await venue.stage.advance(500);
    await venue.member("first");
    await venue.stage.advance(10);
    await leave(venue, ada);
    const late = await venue.member("late");
    await venue.join(ada);
    await venue.stage.advance(500);
    expect(believed(late)).toEqual(["guest:ada", "guest:first", "guest:host", "guest:late"]);
  });

  it("takes several connections of a user for one member, who stays with the last of them", async () => {
    const { venue, host } = await company();
    const [one, other] = [await venue.member("ada"), await venue.member("ada")];
    await venue.stage.advance(250);
    await leave(venue, one);
    await venue.stage.advance(250);
    expect(host.of("presence")).toHaveLength(1);
    await leave(venue, other);
    await venue.stage.advance(250);
    expect(host.last("presence")).toEqual({ type: "presence", room: "lobby", count: 1, left: ["guest:ada"] });
  });

  it("keeps for 5 s a user whose connection was lost, and tells nothing where it comes back", async () => {
    const { venue, host } = await company();
    const ada = await venue.member("ada");
    await venue.stage.advance(250);
    ada.events.closed(1006);
    await venue.stage.advance(4_999);
    await venue.member("ada");
    await venue.stage.advance(10_000);
    expect(host.of("presence")).toHaveLength(1);
  });

  it("tells of it once the 5 s are over", async () => {
    const { venue, host } = await company();
    const ada = await venue.member("ada");
    await venue.stage.advance(250);
    ada.events.closed(1006);
    await venue.stage.advance(4_999);
    expect(host.of("presence")).toHaveLength(1);
    await venue.stage.advance(1);
    expect(host.last("presence")).toMatchObject({ count: 1, left: ["guest:ada"] });
  });

  it("tells at once of who leaves by its own word", async () => {
    const { venue, host } = await company();
    const ada = await venue.member("ada");
    await venue.stage.advance(1_000);
    host.forget();
    await leave(venue, ada);
    await venue.stage.advance(0);
    expect(host.of("presence")).toMatchObject([{ left: ["guest:ada"] }]);
  });

  it("counts alone above its limit, and names again well below it", async () => {
    const { venue, host } = await company({ limits: { presenceLimit: 10 } });
    const peers: Peer[] = [];
    for (let at = 0; at < 10; at += 1) peers.push(await venue.member(`user_${at}`));
    await venue.stage.advance(500);
    expect(host.last("presence")).toEqual({ type: "presence", room: "lobby", count: 11, mode: "count" });
    await leave(venue, peers[0]!);
    await venue.stage.advance(500);
    expect(host.last("presence")).toEqual({ type: "presence", room: "lobby", count: 10, mode: "count" });
    await leave(venue, peers[1]!);
    await venue.stage.advance(500);
    expect(host.last("presence")).toEqual({ type: "presence", room: "lobby", count: 9 });
    await leave(venue, peers[2]!);
    await venue.stage.advance(500);
    expect(host.last("presence")).toEqual({ type: "presence", room: "lobby", count: 8, left: ["guest:user_2"] });
  });

  it("brings who lagged what it has missed, in order", async () => {
    const { venue } = await company({ limits: { outboxBytes: 16_384 } });
    const slow = await venue.member("slow", "lobby", { reads: false });
    const writer = await venue.member("writer");
    await venue.stage.advance(500);
    await venue.talk(writer, 300, { content: "x".repeat(200) });
    const gone = await venue.member("gone");
    await venue.stage.advance(500);
    await venue.member("stays");
    await leave(venue, gone);
    await venue.stage.advance(500);
    for (let round = 0; round < 100; round += 1) {
      slow.socket.read();
      await venue.stage.settle();
    }
    expect(slow.of("live")).toHaveLength(1);
    expect(believed(slow)).toEqual(["guest:host", "guest:slow", "guest:stays", "guest:writer"]);
  });
});
