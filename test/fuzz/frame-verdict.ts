import { isUtf8 } from "node:buffer";
import { sendable } from "../../src/actors/wire/mod.ts";
import type { FrameRun, Piece } from "./frame-runs.ts";

/** What must become of a connection over which a run of frames came. */
export type Verdict =
  /** It goes on; `whole` says that no message is half-way. */
  | { readonly type: "open"; readonly whole: boolean }
  /** It ends, with one of these codes where a close comes through. */
  | { readonly type: "ends"; readonly codes: readonly number[] }
  /** It may do either: these are no frames, or less than one. */
  | { readonly type: "either" };

/**
 * Reads frames as a server by RFC 6455 does. One that is not `strict` (Deno's own) takes frames without a mask, the
 * beginning of a message within another, and text that ends in the middle of a character.
 */
export function verdictOf(run: FrameRun, options: { readonly strict: boolean }): Verdict {
  const { verdict, binary } = readBy(run, options);
  if (!binary || verdict.type === "either") return verdict;
  return ends(1003, ...(verdict.type === "ends" ? verdict.codes : []));
}

interface Reading {
  readonly verdict: Verdict;
  /** Whether a whole binary message was among it, which nobody has announced. */
  readonly binary: boolean;
}

function readBy(run: FrameRun, { strict }: { readonly strict: boolean }): Reading {
  if (run.type === "bytes") return { verdict: { type: "either" }, binary: false };
  let under: { readonly opcode: number; readonly parts: Buffer[] } | undefined;
  let binary = false;
  for (const piece of run.pieces) {
    const { opcode, fin, payload } = piece;
    if (!strict && (!piece.masked || isNested(piece, under !== undefined)))
      return { verdict: { type: "either" }, binary };
    if (isBroken(piece, under !== undefined)) return { verdict: ends(1002), binary };
    if (opcode === 8) return { verdict: afterClose(payload), binary };
    if (opcode > 8) continue;
    under = opcode === 0 && under !== undefined ? under : { opcode, parts: [] };
    under.parts.push(payload);
    if (!fin) {
      // Text may be found out at any fragment (RFC 6455 §8.1), and at the last at the latest.
      if (under.opcode === 1 && !mayBecomeUtf8(Buffer.concat(under.parts)))
        return { verdict: { type: "either" }, binary };
      continue;
    }
    // The server closes it in its own time, and what is read until then may end it before.
    if (under.opcode === 2) binary = true;
    else if (!isUtf8(Buffer.concat(under.parts))) {
      const lenient = !strict && mayBecomeUtf8(Buffer.concat(under.parts));
      return { verdict: lenient ? { type: "either" } : ends(1007, 1002), binary };
    }
    under = undefined;
  }
  return { verdict: { type: "open", whole: under === undefined }, binary };
}

function isBroken({ opcode, fin, masked, reserved, payload }: Piece, under: boolean): boolean {
  if (reserved !== 0 || !masked) return true;
  if ((opcode >= 3 && opcode <= 7) || opcode > 10) return true;
  if (opcode >= 8) return !fin || payload.length > 125;
  return under !== (opcode === 0);
}

/** Whether a message begins while another is half-way. */
function isNested({ opcode, fin }: Piece, under: boolean): boolean {
  return under && !fin && (opcode === 1 || opcode === 2);
}

function afterClose(payload: Buffer): Verdict {
  if (payload.length === 0) return ends(1000, 1005);
  if (payload.length === 1) return ends(1002);
  const code = payload.readUInt16BE(0);
  if (!sendable(code)) return ends(1002);
  return isUtf8(payload.subarray(2)) ? ends(code, 1000, 1005) : ends(1007, 1002);
}

/** What comes after a broken frame is not read, but one that was good before it may have ended it already. */
function ends(...codes: readonly number[]): Verdict {
  return { type: "ends", codes };
}

/** Whether bytes are UTF-8, or the beginning of it: at most the last character is cut off. */
function mayBecomeUtf8(bytes: Buffer): boolean {
  for (let cut = 0; cut <= Math.min(3, bytes.length); cut += 1) {
    if (isUtf8(bytes.subarray(0, bytes.length - cut))) return true;
  }
  return false;
}
