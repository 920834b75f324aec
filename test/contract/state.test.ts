import { describe, expect } from "vitest";
import { test } from "./contract-test.ts";
import { freshRoom, stage } from "./stage.ts";

const { member, writer } = stage({ env: { GREENROOM_GUEST_GRANTS: "read,write,signal,set" } });
const plain = stage();
const silent = stage({ args: ["--ticker", "off"] });

describe("state", () => {
  test("is acknowledged to who set it, and shown to everybody", async () => {
    const room = freshRoom();
    const [ada, bob] = [await member(room, "ada"), await member(room, "bob")];
    expect(ada.joined.state).toBeUndefined();
    expect(await ada.request({ type: "set", room, values: { topic: "tea", cups: [1, 2] } }, "ack")).toMatchObject({
      room,
    });
    for (const client of [ada, bob])
      expect((await client.next("state")).values).toEqual({ topic: "tea", cups: [1, 2] });
    expect((await member(room, "eve")).joined.state).toEqual({ topic: "tea", cups: [1, 2] });
  });

  test("is conflated: the newest value of each key at most once a second", async () => {
    const room = freshRoom();
    const [ada, bob] = [await member(room, "ada"), await member(room, "bob")];
    const times: number[] = [];
    let last: unknown;
    const beganMs = performance.now();
    for (let at = 0; performance.now() - beganMs < 3_500; at += 1) {
      await ada.request({ type: "set", room, values: { count: at } }, "ack");
      last = at;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    for (let value: unknown; value !== last; ) {
      ({ count: value } = (await bob.next("state")).values);
      times.push(performance.now());
    }
    const seen = bob.events.filter((event) => event.type === "state").map(({ values }) => values["count"] as number);
    expect(seen).toEqual(seen.toSorted((one, other) => one - other));
    // The first at once, and one a second from then on.
    expect(seen.length).toBeGreaterThanOrEqual(4);
    expect(seen.length).toBeLessThanOrEqual(6);
  });

  test("lets go of a key that is set to null", async () => {
    const room = freshRoom();
    const [ada, bob] = [await member(room, "ada"), await member(room, "bob")];
    await ada.request({ type: "set", room, values: { topic: "tea", mood: "good" } }, "ack");
    await bob.next("state");
    await ada.request({ type: "set", room, values: { mood: null } }, "ack");
    expect((await bob.next("state")).values).toEqual({ mood: null });
    expect((await member(room, "eve")).joined.state).toEqual({ topic: "tea" });
  });

  test("keeps __proto__ as a key like any other", async () => {
    const room = freshRoom();
    const [ada, bob] = [await member(room, "ada"), await member(room, "bob")];
    ada.sendText(`{"type":"set","room":"${room}","values":{"__proto__":{"x":1},"constructor":2}}`);
    const { values } = await bob.next("state");
    expect(Object.entries(values)).toEqual([
      ["__proto__", { x: 1 }],
      ["constructor", 2],
    ]);
  });

  test("holds 100 keys, and refuses what is more", async () => {
    const room = freshRoom();
    const ada = await member(room, "ada");
    const hundred = Object.fromEntries(Array.from({ length: 100 }, (_, at) => [`key ${at}`, at]));
    await ada.request({ type: "set", room, values: hundred }, "ack");
    const error = await ada.request({ type: "set", room, values: { more: 1 } }, "error");
    expect(error).toMatchObject({ code: "bad_command", issues: ["values"], room });
    await ada.request({ type: "set", room, values: { "key 0": null, more: 1 } }, "ack");
    const { joined } = await member(room, "bob");
    expect(Object.keys(joined.state ?? {})).toHaveLength(100);
  });

  test("is there again for whoever comes back to a room that everybody had left", async () => {
    const room = freshRoom();
    const ada = await member(room, "ada");
    await ada.request({ type: "set", room, values: { topic: "tea" } }, "ack");
    await ada.request({ type: "leave", room }, "left");
    expect((await member(room, "bob")).joined.state).toEqual({ topic: "tea" });
  });

  test("may not be set by those without the grant, nor from outside", async () => {
    const room = freshRoom();
    const ada = await plain.member(room, "ada");
    expect(await ada.request({ type: "set", room, values: { topic: "tea" } }, "error")).toMatchObject({
      code: "forbidden",
      room,
    });
    const bob = await writer(0);
    expect(await bob.request({ type: "set", room, values: { topic: "tea" } }, "error")).toMatchObject({
      code: "not_joined",
    });
  });
});

describe("the ticker", () => {
  test("shows share prices as state, once a second", async () => {
    const ada = await plain.member("ticker", "ada");
    const { values } = await ada.next("state", undefined, 5_000);
    expect(Object.keys(values)).toEqual(["ACME", "BOLT", "CRUX", "DUNE"]);
    expect(values["ACME"]).toMatchObject({ price: expect.any(Number), change: expect.any(Number) });
    const { joined } = await plain.member("ticker", "bob");
    expect(joined.state).toHaveProperty("ACME");
  });

  test("is not there where it is turned off", async () => {
    const ada = await silent.member("ticker", "ada");
    await new Promise((resolve) => setTimeout(resolve, 2_500));
    expect(ada.untaken("state")).toEqual([]);
  });
});
