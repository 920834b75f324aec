import { describe, expect } from "vitest";
import { test } from "./contract-test.ts";
import { freshRoom, stage } from "./stage.ts";

const { guest, member } = stage();

describe("message", () => {
  test("reaches every member, its sender included", async () => {
    const room = freshRoom();
    const [ada, bob] = [await member(room, "ada"), await member(room, "bob")];
    const ack = await ada.request({ type: "message", room, content: "hi" }, "ack");
    expect(ack).toMatchObject({ room, seq: 1 });
    for (const client of [ada, bob]) {
      const message = await client.next("message");
      expect(message).toMatchObject({ room, seq: 1, content: "hi", sender: { id: "guest:ada", name: "ada" } });
      expect(Math.abs(message.at - Date.now())).toBeLessThan(10_000);
    }
  });

  test("said as chat is the same", async () => {
    const room = freshRoom();
    const client = await member(room);
    expect((await client.request({ type: "chat", room, content: "hi" }, "ack")).seq).toBe(1);
    expect((await client.next("message")).type).toBe("message");
  });

  test("reaches nobody who is not in the room", async () => {
    const room = freshRoom();
    const [inside, outside] = [await member(room), await member(freshRoom())];
    await inside.request({ type: "message", room, content: "hi" }, "ack");
    await outside.settled();
    expect(outside.untaken("message")).toEqual([]);
  });

  test("to a room one has not joined is answered with not_joined", async () => {
    const client = await guest();
    const room = freshRoom();
    expect(await client.request({ type: "message", room, content: "hi" }, "error")).toMatchObject({
      code: "not_joined",
      room,
    });
  });

  for (const [name, content] of [
    ["one unit", "x"],
    ["1,000 units", "x".repeat(1_000)],
    ["500 emoji, which are 1,000 units", "😀".repeat(500)],
    ["1,000 units of three bytes each", "語".repeat(1_000)],
    ["NUL and other control characters", "a\0b\u0001\t\r\n\u007f"],
    ["right-to-left text with marks", "שלום \u202eعالم\u202c ‏"],
    ["a family of joined emoji", "👩‍👩‍👧‍👦🏳️‍🌈"],
    ["combining marks", "Z̸͓͍a̵l̶g̷o é e\u0301"],
    ["what looks like JSON or HTML", '{"type":"leave"} <script>alert(1)</script> \\u0000 </b>'],
    ["line separators", "a\u2028b\u2029c\ufeff"],
    ["names of prototypes", "__proto__ constructor"],
  ] as const) {
    test(`keeps its content intact: ${name}`, async () => {
      const room = freshRoom();
      const [writer, reader] = [await member(room), await member(room)];
      await writer.request({ type: "message", room, content, data: { content } }, "ack");
      expect(await reader.next("message")).toMatchObject({ content, data: { content } });
      const { messages } = await reader.request({ type: "history", room }, "history");
      expect(messages[0]).toMatchObject({ content, data: { content } });
    });
  }

  for (const [name, content] of [
    ["1,001 units", "x".repeat(1_001)],
    ["501 emoji", "😀".repeat(501)],
    ["nothing", ""],
    ["a number", 5],
    ["null", null],
    ["a list", ["hi"]],
    ["no content", undefined],
  ] as const) {
    test(`of ${name} is a bad_command`, async () => {
      const room = freshRoom();
      const client = await member(room);
      expect(await client.request({ type: "message", room, content }, "error")).toMatchObject({
        code: "bad_command",
        issues: ["content"],
      });
      expect((await client.request({ type: "ping" }, "pong")).heads[room]?.seq).toBe(0);
    });
  }

  for (const escaped of ["\\ud83d", "a\\udc00b", "\\ude00\\ud83d"]) {
    test(`with the lone surrogate ${escaped} is a bad_command`, async () => {
      const client = await member(freshRoom());
      client.sendText(`{"type":"message","id":1,"content":"${escaped}"}`);
      expect(await client.next("error")).toMatchObject({ id: 1, code: "bad_command", issues: ["content"] });
    });
  }
});

describe("message.data", () => {
  const nested = (levels: number): unknown => (levels === 1 ? [] : [nested(levels - 1)]);

  for (const [name, data] of [
    ["an object", { a: [1, 2.5, -0.25, 1e21, true, null, "x", { b: {} }] }],
    ["null", null],
    ["false", false],
    ["zero", 0],
    ["an empty string", ""],
    ["32 levels", nested(32)],
    ["nearly 16 KiB", "x".repeat(16 * 1024 - 2)],
    ["keys named after prototypes", JSON.parse('{"__proto__":{"a":1},"constructor":{"prototype":2}}')],
  ] as const) {
    test(`comes back as it was: ${name}`, async () => {
      const room = freshRoom();
      const client = await member(room);
      await client.request({ type: "message", room, content: "x", data }, "ack");
      const message = await client.next("message");
      expect(JSON.stringify(message.data)).toBe(JSON.stringify(data));
    });
  }

  for (const [name, data] of [
    ["33 levels", nested(33)],
    ["one byte over 16 KiB", "x".repeat(16 * 1024 - 1)],
    ["over 16 KiB in bytes, though not in characters", "語".repeat(6_000)],
  ] as const) {
    test(`is refused: ${name}`, async () => {
      const room = freshRoom();
      const client = await member(room);
      expect(await client.request({ type: "message", room, content: "x", data }, "error")).toMatchObject({
        code: "bad_command",
        issues: ["data"],
      });
    });
  }

  test("is absent where none was sent", async () => {
    const room = freshRoom();
    const client = await member(room);
    await client.request({ type: "message", room, content: "x" }, "ack");
    expect(await client.next("message")).not.toHaveProperty("data");
  });
});
