import { describe, expect } from "vitest";
import { test } from "./contract-test.ts";
import { closeFrame, frame } from "./raw.ts";
import { stage } from "./stage.ts";

const it = stage();

/** The code a server ends a connection with that sent it these bytes; it must serve others as before. */
async function codeAfter(...sent: readonly Buffer[]): Promise<number> {
  const raw = await it.upgraded();
  for (const bytes of sent) raw.write(bytes);
  const code = await raw.closeCode(3_000);
  await it.stillServes();
  return code;
}

describe("a protocol error", () => {
  for (const [name, bytes] of [
    ["a lone continuation byte", Buffer.from([0x80])],
    ["an overlong form", Buffer.from([0xc0, 0xaf])],
    ["a surrogate in UTF-8", Buffer.from([0xed, 0xa0, 0x80])],
    ["a cut-off character", Buffer.from([0xe2, 0x82])],
    ["beyond U+10FFFF", Buffer.from([0xf4, 0x90, 0x80, 0x80])],
  ] as const) {
    test(`of invalid UTF-8 closes with 1007: ${name}`, async () => {
      expect(
        await codeAfter(frame(Buffer.concat([Buffer.from('{"type":"ping","a":"'), bytes, Buffer.from('"}')]))),
      ).toBe(1007);
    });
  }

  test("of invalid UTF-8 in a later fragment closes with 1007", async () => {
    expect(await codeAfter(frame('{"type":"', { fin: false }), frame(Buffer.from([0xff]), { opcode: 0 }))).toBe(1007);
  });

  test("a character split over two fragments is none", async () => {
    const raw = await it.upgraded();
    const [head, tail] = [
      Buffer.from('{"type":"ping","a":"\u20ac"}').subarray(0, 21),
      Buffer.from('{"type":"ping","a":"\u20ac"}').subarray(21),
    ];
    raw.write(frame(head, { fin: false }));
    raw.write(frame(tail, { opcode: 0 }));
    await raw.frame();
    expect((await raw.frame())?.payload.toString()).toContain("pong");
  });

  test("of a frame without a mask closes with 1002", async () => {
    expect(await codeAfter(frame('{"type":"ping"}', { masked: false }))).toBe(1002);
  });

  for (const reserved of [1, 2, 4]) {
    test(`of the reserved bit ${reserved} closes with 1002`, async () => {
      expect(await codeAfter(frame('{"type":"ping"}', { reserved }))).toBe(1002);
    });
  }

  for (const opcode of [3, 7, 0xb, 0xf]) {
    test(`of the reserved opcode ${opcode} closes with 1002`, async () => {
      expect(await codeAfter(frame("x", { opcode }))).toBe(1002);
    });
  }

  test("of a control frame of 126 bytes closes with 1002", async () => {
    expect(await codeAfter(frame("x".repeat(126), { opcode: 9 }))).toBe(1002);
  });

  test("of a control frame in fragments closes with 1002", async () => {
    expect(await codeAfter(frame("x", { opcode: 9, fin: false }))).toBe(1002);
  });

  test("of a continuation of nothing closes with 1002", async () => {
    expect(await codeAfter(frame("x", { opcode: 0 }))).toBe(1002);
  });

  test("of a new message within a fragmented one closes with 1002", async () => {
    expect(await codeAfter(frame("x", { fin: false }), frame("y"))).toBe(1002);
  });

  for (const code of [0, 999, 1004, 1005, 1006, 1015, 1016, 2000, 2999, 5000, 65_535]) {
    test(`of the illegal close code ${code} closes with 1002`, async () => {
      expect(await codeAfter(closeFrame(code))).toBe(1002);
    });
  }

  test("of a close frame of one byte closes with 1002", async () => {
    expect(await codeAfter(frame("x", { opcode: 8 }))).toBe(1002);
  });

  test("of a close reason that is no UTF-8 closes with 1007 or 1002", async () => {
    expect([1002, 1007]).toContain(await codeAfter(closeFrame(1000, Buffer.from([0xff, 0xfe]))));
  });
});
