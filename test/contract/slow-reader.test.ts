import { describe, expect } from "vitest";
import { test } from "./contract-test.ts";
import { range } from "./seqs.ts";
import { freshRoom, stage } from "./stage.ts";

const it = stage();
const data = "x".repeat(15_000);
const total = 1_600;

/** What becomes of a reader that stops reading while 24 MB go by, all of which the log still has. */
async function readSlowly(protocols: readonly string[], frameOf: number): Promise<void> {
  const room = freshRoom();
  const writer = await it.member(room, "writer", { protocols });
  const slow = await it.member(room, "slow", { protocols });
  slow.socket.pause();
  for (let sent = 0; sent < total; sent += 10) {
    const messages = range(sent + 1, sent + 10).map((at) => ({ type: "message", room, content: `${at}`, data }));
    if (frameOf === 1) for (const message of messages) writer.send(message);
    else writer.send(messages);
    await Promise.all([writer.take("ack", 10), writer.take("message", 10)]);
  }
  slow.socket.resume();
  const last = slow.next("message", ({ seq }) => seq === total, 20_000).then(() => "caught up" as const);
  const end = await Promise.race([last, slow.closed.then(({ code }) => code)]);
  last.catch(() => {
    // It was closed, and told why.
  });
  expect(["caught up", 1013]).toContain(end);
  // The inbox holds what comes to "head + 1", up to the last one.
  expect(slow.violations).toEqual([]);
  if (end !== "caught up") return;
  const seqs = slow.events.flatMap((event) => (event.type === "message" ? [event.seq] : []));
  expect(seqs).toEqual(range(1, total));
}

// Bun's send() returns 0 past its backpressure limit, and the message is gone; Node and Deno buffer without bound.
describe("a slow reader", () => {
  test("loses nothing: it is caught up, or closed", () => readSlowly(["greenroom.v1"], 1), 60_000);

  test("loses nothing over the batch subprotocol", () => readSlowly(["greenroom.v1.batch"], 10), 60_000);

  test("is told that it lags, and when it is live again", async () => {
    const room = freshRoom();
    const [writer, slow] = [await it.member(room, "writer"), await it.member(room, "slow")];
    slow.socket.pause();
    for (let at = 1; at <= 600; at++) writer.send({ type: "message", room, content: `${at}`, data });
    await writer.take("ack", 600);
    slow.socket.resume();
    const lagged = await slow.next("lagged", undefined, 20_000);
    const live = await slow.next("live", undefined, 20_000);
    expect(live.seq).toBeGreaterThan(lagged.seq);
    await slow.next("message", ({ seq }) => seq === 600, 20_000);
    await writer.request({ type: "message", room, content: "after" }, "ack");
    await slow.next("message", ({ seq }) => seq === 601);
  }, 60_000);

  test("is still answered", async () => {
    const room = freshRoom();
    const [writer, slow] = [await it.member(room, "writer"), await it.member(room, "slow")];
    slow.socket.pause();
    for (let at = 1; at <= 600; at++) writer.send({ type: "message", room, content: `${at}`, data });
    await writer.take("ack", 600);
    slow.send({ type: "ping", id: "while lagging" });
    slow.socket.resume();
    await slow.next("pong", ({ id }) => id === "while lagging", 20_000);
    await slow.next("message", ({ seq }) => seq === 600, 20_000);
  }, 60_000);
});
