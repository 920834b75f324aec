import { describe, expect } from "vitest";
import type { Client } from "./client.ts";
import { test } from "./contract-test.ts";
import { freshRoom, stage } from "./stage.ts";

const { guest, member } = stage();

/** Reads a room's presence until it counts so many, and gathers who came and went on the way. */
async function presenceUntil(
  client: Client,
  room: string,
  wanted: number,
): Promise<{ joined: string[]; left: string[] }> {
  const diff = { joined: [] as string[], left: [] as string[] };
  for (let count = -1; count !== wanted; ) {
    const event = await client.next("presence", (presence) => presence.room === room);
    diff.joined.push(...(event.joined ?? []).map(({ id }) => id));
    diff.left.push(...(event.left ?? []));
    ({ count } = event);
  }
  return diff;
}

describe("presence", () => {
  test("tells the others who joined and who left", async () => {
    const room = freshRoom();
    const ada = await member(room, "ada");
    const bob = await member(room, "bob");
    expect((await presenceUntil(ada, room, 2)).joined).toEqual(["guest:bob"]);
    await bob.request({ type: "leave", room }, "left");
    expect((await presenceUntil(ada, room, 1)).left).toEqual(["guest:bob"]);
  });

  test("takes a leave into account at once", async () => {
    const room = freshRoom();
    const [ada, bob] = [await member(room, "ada"), await member(room, "bob")];
    await bob.request({ type: "leave", room }, "left");
    expect(await ada.request({ type: "members", room }, "members")).toMatchObject({
      count: 1,
      members: [{ id: "guest:ada" }],
    });
  });

  test("lists everyone in joined, oneself included", async () => {
    const room = freshRoom();
    await member(room, "ada");
    const { joined } = await member(room, "bob");
    expect(joined.count).toBe(2);
    expect(joined.members.map(({ id }) => id).toSorted()).toEqual(["guest:ada", "guest:bob"]);
  });

  test("lists at most 100 members in joined, and counts them all", async () => {
    const room = freshRoom();
    await Promise.all(Array.from({ length: 120 }, (_, at) => member(room, `user_${at}`)));
    const { joined } = await member(room, "last");
    expect(joined.count).toBe(121);
    expect(joined.members).toHaveLength(100);
  });

  test("holds several connections of one user for one member", async () => {
    const room = freshRoom();
    const watcher = await member(room, "watcher");
    const [one, two] = [await member(room, "ada"), await member(room, "ada")];
    expect(two.joined.count).toBe(2);
    expect((await presenceUntil(watcher, room, 2)).joined).toEqual(["guest:ada"]);
    await one.request({ type: "leave", room }, "left");
    expect((await watcher.request({ type: "members", room }, "members")).count).toBe(2);
    await two.request({ type: "leave", room }, "left");
    expect((await presenceUntil(watcher, room, 1)).left).toEqual(["guest:ada"]);
  });

  test("agrees with itself through a storm of joins and leaves", async () => {
    const room = freshRoom();
    const watcher = await member(room, "watcher");
    const clients = await Promise.all(Array.from({ length: 10 }, (_, at) => guest(`user_${at}`)));
    for (let round = 0; round < 11; round++) {
      for (const client of clients) client.send({ type: round % 2 === 0 ? "join" : "leave", room });
    }
    await Promise.all(clients.map((client) => client.settled()));
    await Promise.all(clients.map((client) => client.take("joined", 6)));
    const present = new Set(["guest:watcher"]);
    for (let count = 0; count !== 11; ) {
      const event = await watcher.next("presence");
      for (const { id } of event.joined ?? []) present.add(id);
      for (const id of event.left ?? []) present.delete(id);
      ({ count } = event);
      expect(present.size).toBe(count);
    }
    const { members } = await watcher.request({ type: "members", room }, "members");
    expect(members.map(({ id }) => id).toSorted()).toEqual([...present].toSorted());
  });

  test("forgets a user whose last connection closed, after the grace", async () => {
    const room = freshRoom();
    const ada = await member(room, "ada");
    const bob = await member(room, "bob");
    await presenceUntil(ada, room, 2);
    const closedMs = performance.now();
    await bob.close();
    expect((await ada.request({ type: "members", room }, "members")).count).toBe(2);
    expect((await presenceUntil(ada, room, 1)).left).toEqual(["guest:bob"]);
    expect(performance.now() - closedMs).toBeGreaterThan(3_000);
  });

  test("forgets a user whose last connection dropped, after the grace", async () => {
    const room = freshRoom();
    const ada = await member(room, "ada");
    const bob = await member(room, "bob");
    await presenceUntil(ada, room, 2);
    bob.socket.terminate();
    expect((await presenceUntil(ada, room, 1)).left).toEqual(["guest:bob"]);
  });

  test("never lets a user leave who comes back within the grace", async () => {
    const room = freshRoom();
    const ada = await member(room, "ada");
    const bob = await member(room, "bob");
    await presenceUntil(ada, room, 2);
    bob.socket.terminate();
    await bob.closed;
    const { joined } = await member(room, "bob");
    expect(joined.count).toBe(2);
    // Another who leaves after the same grace shows that bob's is over.
    const eve = await member(room, "eve");
    eve.socket.terminate();
    const { left, joined: came } = await presenceUntil(ada, room, 3).then(() => presenceUntil(ada, room, 2));
    expect([left, came]).toEqual([["guest:eve"], []]);
  });

  test("of a room is no business of those outside", async () => {
    const room = freshRoom();
    const outside = await member(freshRoom());
    await member(room);
    await outside.settled();
    expect(outside.untaken("presence").filter((event) => event.room === room)).toEqual([]);
  });
});
