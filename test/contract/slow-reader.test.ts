import { describe, expect } from "vitest";
import type { Client } from "./client.ts";
import { test } from "./contract-test.ts";
import { range } from "./seqs.ts";
import { freshRoom, stage } from "./stage.ts";

// A reader that stays stuck past the heartbeat is closed: a busy machine may take as long for what is said meanwhile.
const it = stage({ env: { GREENROOM_HEARTBEAT_MS: "60000" } });
const data = "x".repeat(15_000);
const inEach = 700;

/** Publishes so many messages, a few at a time: a burst would try the writer, who is not on trial here. */
async function publish(writer: Client, room: string, count: number): Promise<void> {
  for (let sent = 0; sent < count; sent += 20) {
    for (let at = 1; at <= 20; at++) writer.send({ type: "message", room, content: `${sent + at}`, data });
    await Promise.all([writer.take("ack", 20), writer.take("message", 20)]);
  }
}

/**
 * What becomes of a reader of three rooms that stops reading while 31 MB go by: more than any runtime buffers, and in
 * no room more than the log keeps.
 */
async function readSlowly(protocols: readonly string[], frameOf: number): Promise<void> {
  const rooms = [freshRoom(), freshRoom(), freshRoom()];
  const [writer, slow] = [await it.guest("writer", { protocols }), await it.guest("slow", { protocols })];
  for (const room of rooms) {
    for (const client of [writer, slow]) await client.request({ type: "join", room }, "joined");
  }
  slow.socket.pause();
  for (let sent = 0; sent < inEach; sent += 10) {
    for (const room of rooms) {
      const messages = range(sent + 1, sent + 10).map((at) => ({ type: "message", room, content: `${at}`, data }));
      if (frameOf === 1) for (const message of messages) writer.send(message);
      else writer.send(messages);
    }
    await Promise.all([writer.take("ack", 30), writer.take("message", 30)]);
  }
  slow.socket.resume();
  const last = Promise.all(
    rooms.map((room) => slow.next("message", (it) => it.room === room && it.seq === inEach, 40_000)),
  );
  const end = await Promise.race([last.then(() => "caught up"), slow.closed.then(({ code }) => code)]);
  last.catch(() => {
    // It was closed, and told why.
  });
  expect(["caught up", 1013]).toContain(end);
  // The inbox holds what comes to "head + 1", up to the last one.
  expect(slow.violations).toEqual([]);
  if (end !== "caught up") return;
  for (const room of rooms) {
    const seqs = slow.events.flatMap((event) => (event.type === "message" && event.room === room ? [event.seq] : []));
    expect(seqs).toEqual(range(1, inEach));
  }
}

// Bun's send() returns 0 past its backpressure limit, and the message is gone; Node and Deno buffer without bound.
describe("a slow reader", () => {
  test("loses nothing: it is caught up, or closed", () => readSlowly(["greenroom.v1"], 1), 150_000);

  test("loses nothing over the batch subprotocol", () => readSlowly(["greenroom.v1.batch"], 10), 150_000);

  test("is told that it lags, and when it is live again", async () => {
    const room = freshRoom();
    const [writer, slow] = [await it.member(room, "writer"), await it.member(room, "slow")];
    slow.socket.pause();
    await publish(writer, room, 600);
    slow.socket.resume();
    const lagged = await slow.next("lagged", undefined, 40_000);
    const live = await slow.next("live", undefined, 40_000);
    expect(live.seq).toBeGreaterThan(lagged.seq);
    await slow.next("message", ({ seq }) => seq === 600, 40_000);
    await writer.request({ type: "message", room, content: "after" }, "ack");
    await slow.next("message", ({ seq }) => seq === 601);
  }, 150_000);

  test("overtaken by retention is told to start afresh, and is live again", async () => {
    const room = freshRoom();
    const [writer, slow] = [await it.member(room, "writer"), await it.member(room, "slow")];
    slow.socket.pause();
    await publish(writer, room, 3_000);
    slow.socket.resume();
    const reset = await slow.next("reset", undefined, 40_000);
    expect(reset).toMatchObject({ room, epoch: writer.joined.epoch, seq: 3_000, reason: "trimmed" });
    expect(reset.oldest).toBeGreaterThan(1);
    const { messages } = await slow.request({ type: "history", room, after: reset.oldest - 1, limit: 1 }, "history");
    expect(messages[0]?.seq).toBe(reset.oldest);
    await writer.request({ type: "message", room, content: "after" }, "ack");
    await slow.next("message", ({ seq }) => seq === 3_001, 40_000);
  }, 150_000);

  test("is still answered", async () => {
    const room = freshRoom();
    const [writer, slow] = [await it.member(room, "writer"), await it.member(room, "slow")];
    slow.socket.pause();
    await publish(writer, room, 600);
    slow.send({ type: "ping", id: "while lagging" });
    slow.socket.resume();
    await slow.next("pong", ({ id }) => id === "while lagging", 40_000);
    await slow.next("message", ({ seq }) => seq === 600, 40_000);
  }, 150_000);
});
