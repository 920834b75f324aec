import { describe, expect } from "vitest";
import { test } from "./contract-test.ts";
import { closeFrame, frame } from "./raw.ts";
import { freshRoom, stage } from "./stage.ts";

const it = stage();

describe("close", () => {
  for (const [code, reason] of [
    [1000, "bye"],
    [1000, ""],
    [1001, "going"],
    [3000, "ours"],
    [4999, "x".repeat(123)],
  ] as const) {
    test(`by the client with ${code} "${reason.slice(0, 5)}" is echoed`, async () => {
      const client = await it.guest();
      expect((await client.close(code, reason)).code).toBe(code);
    });
  }

  test("by the client without a code is answered", async () => {
    const raw = await it.upgraded();
    raw.write(frame("", { opcode: 8 }));
    expect([1000, 1005]).toContain(await raw.closeCode());
    await raw.ended();
  });

  test("by the client ends the connection, and not before what was asked is answered", async () => {
    const room = freshRoom();
    const watcher = await it.member(room);
    const client = await it.member(room);
    for (let at = 1; at <= 50; at++) client.send({ type: "message", room, content: `${at}` });
    await client.close();
    expect(await watcher.take("message", 50)).toHaveLength(50);
  });

  test("in the middle of a fragmented message is answered", async () => {
    const raw = await it.upgraded();
    raw.write(frame('{"type":', { fin: false }));
    raw.write(closeFrame(1000));
    expect(await raw.closeCode()).toBe(1000);
  });

  test("leaves nothing to be heard of what comes after it", async () => {
    const room = freshRoom();
    const watcher = await it.member(room);
    const raw = await it.upgraded(`/ws/${room}`);
    raw.write(Buffer.concat([closeFrame(1000), frame(`{"type":"message","room":"${room}","content":"ghost"}`)]));
    await raw.ended();
    await watcher.request({ type: "message", room, content: "real" }, "ack");
    expect((await watcher.next("message")).content).toBe("real");
  });
});

describe("protocol pings", () => {
  test("are answered with a pong of the same bytes", async () => {
    const raw = await it.upgraded();
    await raw.frame();
    raw.write(frame("are you there?", { opcode: 9 }));
    expect(await raw.frame()).toMatchObject({ opcode: 10, payload: Buffer.from("are you there?") });
  });

  test("are answered between the fragments of a message", async () => {
    const raw = await it.upgraded();
    await raw.frame();
    raw.write(frame('{"type":', { fin: false }));
    raw.write(frame("mid", { opcode: 9 }));
    expect(await raw.frame()).toMatchObject({ opcode: 10 });
    raw.write(frame('"ping"}', { opcode: 0 }));
    expect((await raw.frame())?.payload.toString()).toContain("pong");
  });

  test("unasked pongs are no matter", async () => {
    const raw = await it.upgraded();
    await raw.frame();
    raw.write(frame("unasked", { opcode: 10 }));
    raw.write(frame('{"type":"ping"}'));
    expect((await raw.frame())?.payload.toString()).toContain("pong");
  });
});
