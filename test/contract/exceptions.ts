import type { TargetName } from "../matrix/targets.ts";

/** Why a criterion can't be met on a target, and how its test fails there. */
export interface Exception {
  readonly reason: string;
  /** The failure's message must match: a test that fails in another way has found something new. */
  readonly fails: RegExp;
}

/** What a target can't do, by the test's full name. */
type Exceptions = Readonly<Record<string, Exception>>;

const dropped: Exception = {
  reason: "Deno.upgradeWebSocket ends the connection without a close frame when the peer breaks the protocol",
  fails: /expected 1006 to be 100[27]|expected \[ 1002, 1007 \] to include 1006/,
};

/** Seen alike with a bare `Deno.serve` and `Deno.upgradeWebSocket`, on 2.5.0 and 2.9.5. */
const nativeDeno: Exceptions = {
  ...Object.fromEntries(
    [
      "of invalid UTF-8 closes with 1007: a lone continuation byte",
      "of invalid UTF-8 closes with 1007: an overlong form",
      "of invalid UTF-8 closes with 1007: a surrogate in UTF-8",
      "of invalid UTF-8 closes with 1007: a cut-off character",
      "of invalid UTF-8 closes with 1007: beyond U+10FFFF",
      "of invalid UTF-8 in a later fragment closes with 1007",
      "of the reserved bit 1 closes with 1002",
      "of the reserved bit 2 closes with 1002",
      "of the reserved bit 4 closes with 1002",
      "of the reserved opcode 3 closes with 1002",
      "of the reserved opcode 7 closes with 1002",
      "of the reserved opcode 11 closes with 1002",
      "of the reserved opcode 15 closes with 1002",
      "of a control frame of 126 bytes closes with 1002",
      "of a control frame in fragments closes with 1002",
      "of a continuation of nothing closes with 1002",
      "of a new message within a fragmented one closes with 1002",
      "of a close frame of one byte closes with 1002",
      "of a close reason that is no UTF-8 closes with 1007 or 1002",
    ].map((name) => [`a protocol error ${name}`, dropped]),
  ),
  "a protocol error of a frame without a mask closes with 1002": {
    reason: "Deno.upgradeWebSocket takes frames without a mask",
    fails: /Cannot read a close frame: nothing within/,
  },
};

const unspaced: Exception = {
  reason: "Deno 2.5.0 throws in the upgrade on a list without spaces, so the server refuses such a list before it",
  fails: /expected 400 to be 101|status 400/,
};

const deno25: Exceptions = {
  ...nativeDeno,
  'subprotocol an offer spaced as "greenroom.v1,greenroom.v1.batch" is read all the same': unspaced,
  'subprotocol an offer spaced as "chat,greenroom.v1" is read all the same': unspaced,
  'subprotocol an offer spaced as "chat ,\\tgreenroom.v1" is read all the same': unspaced,
  "subprotocol the list the ws package sends opens a batch connection in a room": unspaced,
};

/**
 * What a target truly can't do. Such a test still runs and must fail as described; one that passes, or that is no longer
 * there, fails the matrix until it is removed from this list.
 */
export const exceptions: Readonly<Partial<Record<TargetName, Exceptions>>> = {
  "deno-native": nativeDeno,
  "deno-2.5": deno25,
};
