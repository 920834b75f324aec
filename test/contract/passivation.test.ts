import { describe, expect } from "vitest";
import { test } from "./contract-test.ts";
import { range, seqsOf } from "./seqs.ts";
import { freshRoom, stage } from "./stage.ts";

const idleMs = 300;
const { guest, member } = stage({ env: { GREENROOM_ROOM_IDLE_MS: `${idleMs}` } });

describe("an idle room", () => {
  test("is put away and comes back with its epoch, its messages and its keys", async () => {
    const room = freshRoom();
    const first = await member(room, "ada");
    for (let at = 1; at <= 10; at++) first.send({ type: "message", room, content: `${at}`, key: `k${at}` });
    await first.take("ack", 10);
    await first.request({ type: "leave", room }, "left");
    // Nothing tells from outside that a room was put away: only time does.
    await new Promise((resolve) => setTimeout(resolve, idleMs * 4));
    const second = await guest("ada");
    const joined = await second.request({ type: "join", room, since: { epoch: first.joined.epoch, seq: 4 } }, "joined");
    expect(joined).toMatchObject({ recovered: true, epoch: first.joined.epoch, seq: 10, count: 1 });
    expect(seqsOf(joined)).toEqual(range(5, 10));
    expect(await second.request({ type: "message", room, content: "10", key: "k10" }, "ack")).toMatchObject({
      seq: 10,
      duplicate: true,
    });
    expect((await second.request({ type: "message", room, content: "11" }, "ack")).seq).toBe(11);
  });

  test("is not put away under its members", async () => {
    const room = freshRoom();
    const [ada, bob] = [await member(room, "ada"), await member(room, "bob")];
    await new Promise((resolve) => setTimeout(resolve, idleMs * 4));
    await ada.request({ type: "message", room, content: "still here" }, "ack");
    expect((await bob.next("message")).seq).toBe(1);
    expect((await bob.request({ type: "members", room }, "members")).count).toBe(2);
  });

  test("that is joined again and again on the edge of its time loses nothing", async () => {
    const room = freshRoom();
    const client = await guest();
    let seq = 0;
    for (let round = 0; round < 12; round++) {
      const joined = await client.request({ type: "join", room }, "joined");
      expect(joined.seq).toBe(seq);
      ({ seq = 0 } = await client.request({ type: "message", room, content: `${round}` }, "ack"));
      await client.request({ type: "leave", room }, "left");
      await new Promise((resolve) => setTimeout(resolve, idleMs - 30 + round * 5));
    }
    expect(seq).toBe(12);
  });
});
