import { describe, expect, it } from "vitest";
import type { Piece } from "./frame-runs.ts";
import { verdictOf } from "./frame-verdict.ts";

const open = { type: "open", whole: true };
const half = { type: "open", whole: false };

function piece(opcode: number, payload: string | Buffer = "", more: Partial<Piece> = {}): Piece {
  return { opcode, payload: Buffer.from(payload), fin: true, masked: true, reserved: 0, ...more };
}

function verdict(pieces: readonly Piece[], strict = true): unknown {
  const read = verdictOf({ type: "frames", pieces }, { strict });
  return read.type === "ends" ? read.codes[0] : read;
}

describe("verdictOf()", () => {
  it.each([
    ["a message", [piece(1, "{}")], open],
    ["a message in fragments, with a ping within", [piece(1, "{", { fin: false }), piece(9), piece(0, "}")], open],
    ["half a message", [piece(1, "{", { fin: false })], half],
    [
      "a character over two fragments",
      [piece(1, Buffer.of(0xe2), { fin: false }), piece(0, Buffer.of(0x82, 0xac))],
      open,
    ],
    ["a pong nobody asked for", [piece(10, "x")], open],
    ["a frame without a mask", [piece(1, "{}", { masked: false })], 1002],
    ["a reserved bit", [piece(1, "{}", { reserved: 4 })], 1002],
    ["a reserved opcode", [piece(3)], 1002],
    ["a ping of 126 bytes", [piece(9, "x".repeat(126))], 1002],
    ["a ping in fragments", [piece(9, "", { fin: false })], 1002],
    ["a continuation of nothing", [piece(0, "x")], 1002],
    ["a message within a message", [piece(1, "{", { fin: false }), piece(1, "{}")], 1002],
    ["text that is no UTF-8", [piece(1, Buffer.of(0xff))], 1007],
    ["binary", [piece(2, "x")], 1003],
    ["a close with a code", [piece(8, Buffer.of(0x0f, 0xa0))], 4000],
    ["a close with a code that may not be sent", [piece(8, Buffer.of(0x03, 0xed))], 1002],
    ["a close of one byte", [piece(8, "x")], 1002],
  ])("reads %s", (_, pieces, wanted) => {
    expect(verdict(pieces)).toEqual(wanted);
  });

  it("leaves open what Deno is lenient with", () => {
    expect(verdict([piece(1, Buffer.of(0xe2), { fin: false }), piece(0)], false)).toEqual({ type: "either" });
    expect(verdict([piece(1, "{}", { masked: false })], false)).toEqual({ type: "either" });
    expect(verdict([piece(1, "{", { fin: false }), piece(1, "{", { fin: false })], false)).toEqual({ type: "either" });
  });
});
