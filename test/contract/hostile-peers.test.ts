import { describe, expect } from "vitest";
import { test } from "./contract-test.ts";
import { frame } from "./raw.ts";
import { freshRoom, stage } from "./stage.ts";

const it = stage();

/** A text message in so many fragments of one byte. */
function fragments(count: number): Buffer {
  const first = frame("[", { fin: false });
  const middle = frame("x", { opcode: 0, fin: false });
  return Buffer.concat([first, ...Array.from({ length: count - 2 }, () => middle), frame("]", { opcode: 0 })]);
}

describe("a hostile peer leaves the server serving:", () => {
  test("20 messages of 100,000 fragments of one byte", async () => {
    const before = it.server.residentMiB();
    const bytes = fragments(100_000);
    const raws = await Promise.all(Array.from({ length: 20 }, () => it.upgraded()));
    for (const raw of raws) raw.write(bytes);
    await Promise.all(raws.map((raw) => raw.closeCode(20_000).catch(() => undefined)));
    await it.stillServes();
    expect(it.server.residentMiB() - before).toBeLessThan(300);
  }, 60_000);

  test("a message of 65 MiB", async () => {
    const before = it.server.residentMiB();
    const raw = await it.upgraded();
    raw.write(frame(Buffer.alloc(65 * 1024 * 1024, 0x20)));
    expect([1006, 1009]).toContain(await raw.closeCode(20_000));
    await it.stillServes();
    expect(it.server.residentMiB() - before).toBeLessThan(300);
  }, 60_000);

  test("a frame that says it has 2^63 - 1 bytes", async () => {
    const raw = await it.upgraded();
    raw.write(Buffer.from([0x81, 0xff, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1, 2, 3, 4, 5]));
    expect([1002, 1006, 1009]).toContain(await raw.closeCode());
    await it.stillServes();
  });

  test("a frame that says it has 2^64 - 1 bytes", async () => {
    const raw = await it.upgraded();
    raw.write(Buffer.from([0x81, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1, 2, 3, 4, 5]));
    expect([1002, 1006, 1009]).toContain(await raw.closeCode());
    await it.stillServes();
  });

  test("half a frame, and then a reset", async () => {
    for (let at = 1; at < 20; at++) {
      const raw = await it.upgraded();
      raw.write(frame('{"type":"ping"}').subarray(0, at));
      raw.reset();
    }
    await it.stillServes();
  });

  test("100,000 pings whose pongs nobody reads", async () => {
    const before = it.server.residentMiB();
    const raw = await it.upgraded();
    raw.socket.pause();
    const ping = frame("x".repeat(125), { opcode: 9 });
    const block = Buffer.concat(Array.from({ length: 1_000 }, () => ping));
    for (let at = 0; at < 100; at++) raw.write(block);
    await it.stillServes();
    expect(it.server.residentMiB() - before).toBeLessThan(200);
  }, 60_000);

  test("100,000 commands as fast as they go, whose answers nobody reads", async () => {
    const before = it.server.residentMiB();
    const raw = await it.upgraded();
    raw.socket.pause();
    const block = Buffer.concat(Array.from({ length: 1_000 }, () => frame('{"type":"ping"}')));
    for (let at = 0; at < 100; at++) raw.write(block);
    await it.stillServes();
    await it.stillServes();
    expect(it.server.residentMiB() - before).toBeLessThan(200);
  }, 60_000);

  test("100,000 messages of an empty text", async () => {
    const raw = await it.upgraded();
    raw.socket.resume();
    const block = Buffer.concat(Array.from({ length: 1_000 }, () => frame("")));
    for (let at = 0; at < 100; at++) raw.write(block);
    await it.stillServes();
  });

  test("5,000 joins and leaves of one room", async () => {
    const room = freshRoom();
    const watcher = await it.member(room);
    const storm = await it.guest();
    for (let at = 0; at < 5_000; at++) storm.send({ type: at % 2 === 0 ? "join" : "leave", room });
    await storm.request({ type: "join", room }, "joined", 40_000);
    await it.stillServes();
    expect((await watcher.request({ type: "members", room }, "members")).count).toBe(2);
  }, 60_000);

  test("ten readers that never read while their room is busy cost a bounded memory, and nobody else anything", async () => {
    const room = freshRoom();
    const [writer, reader] = [await it.member(room, "writer"), await it.member(room, "reader")];
    for (let at = 0; at < 10; at++) (await it.upgraded(`/ws/${room}?name=stuck`)).socket.pause();
    const before = it.server.residentMiB();
    const data = "x".repeat(15_000);
    for (let round = 0; round < 150; round++) {
      for (let at = 0; at < 20; at++) writer.send({ type: "message", room, content: `${round}:${at}`, data });
      await Promise.all([writer.take("ack", 20), writer.take("message", 20), reader.take("message", 20)]);
    }
    await it.stillServes();
    // 45 MB went by for each of the ten; the log keeps 32 MiB of them once.
    expect(it.server.residentMiB() - before).toBeLessThan(250);
  }, 120_000);

  test("deflated frames that nobody agreed to", async () => {
    const raw = await it.upgraded();
    raw.write(frame(Buffer.alloc(1_000), { reserved: 4 }));
    expect([1002, 1006]).toContain(await raw.closeCode());
    await it.stillServes();
  });

  test("random bytes after the handshake", async () => {
    for (let round = 0; round < 30; round++) {
      const raw = await it.upgraded();
      raw.write(Buffer.from(Array.from({ length: 400 }, (_, at) => (at * at * 31 + round * 97 + at * 17) % 256)));
      await raw.closeCode(500).catch(() => undefined);
      raw.destroy();
    }
    await it.stillServes();
  });
});
