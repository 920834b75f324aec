import * as v from "valibot";
import { describe, expect, it } from "vitest";
import {
  commandId,
  content,
  DEFAULT_ROOM,
  epoch,
  guestName,
  isCommandId,
  isGuestName,
  isRoomName,
  key,
  roomName,
  roomPrefix,
  type Schema,
  seq,
  userId,
} from "../../../src/actors/wire/mod.ts";

const LONE = "\ud800";

interface Row {
  readonly name: string;
  readonly schema: Schema<unknown>;
  readonly good: readonly unknown[];
  readonly bad: readonly unknown[];
}

const rows: readonly Row[] = [
  {
    name: "roomName",
    schema: roomName,
    good: ["a", "0", "lobby", "a.b_c:d-e", "constructor", "x".repeat(64)],
    bad: ["", "_a", ".a", "-a", ":a", "a b", "a/b", "a\n", "\u00e9", "__proto__", "x".repeat(65), null, 1, ["a"], {}],
  },
  {
    name: "roomPrefix",
    schema: roomPrefix,
    good: ["", "a", "game:", "x".repeat(64)],
    bad: ["_", "a b", "x".repeat(65), null],
  },
  {
    name: "guestName",
    schema: guestName,
    good: ["ada", "___", "A_1", "x".repeat(20)],
    bad: ["", "ab", "x".repeat(21), "a-b", "a b", "ada\n", null, 7],
  },
  {
    name: "userId",
    schema: userId,
    good: ["u", "guest:ada", "mail@example.org", "\u00e9\u00df", "\u{1f600}", "x".repeat(128)],
    bad: ["", "a b", "a\u00a0b", "a\tb", "a\u0000", "a\u200b", LONE, "x".repeat(129), "\u{1f600}".repeat(65), null, 1],
  },
  {
    name: "epoch",
    schema: epoch,
    good: ["e", "x".repeat(64)],
    bad: ["", "x".repeat(65), LONE, 1, null],
  },
  {
    name: "key",
    schema: key,
    good: ["k", " ", "__proto__", "x".repeat(64), "\u{1f600}".repeat(32)],
    bad: ["", "x".repeat(65), LONE, `a${LONE}b`, 1, null],
  },
  {
    name: "commandId",
    schema: commandId,
    good: ["1", 1, 0, -1, 1.5, 1e300, "x".repeat(64)],
    bad: ["", "x".repeat(65), LONE, Number.POSITIVE_INFINITY, Number.NaN, null, true, [1], {}],
  },
  {
    name: "content",
    schema: content,
    good: ["h", " ", "\u0000", "\u{1f600}".repeat(500), "x".repeat(1000)],
    bad: ["", "x".repeat(1001), "\u{1f600}".repeat(501), LONE, "\udc00\ud800", null, 1, ["x"]],
  },
  { name: "seq", schema: seq, good: [0, 1, 2 ** 53 - 1], bad: [-1, 0.5, 2 ** 53, Number.NaN, "1", null] },
];

describe.each(rows)("$name", ({ schema, good, bad }) => {
  it.each(good)("takes %j", (value) => {
    expect(v.is(schema, value)).toBe(true);
  });

  it.each(bad)("refuses %j", (value) => {
    expect(v.is(schema, value)).toBe(false);
  });
});

describe("the predicates", () => {
  const samples = rows.flatMap(({ good, bad }) => [...good, ...bad]);

  it("agree with their schemas on every sample", () => {
    for (const sample of samples) {
      expect(isRoomName(sample), JSON.stringify(sample)).toBe(v.is(roomName, sample));
      expect(isGuestName(sample), JSON.stringify(sample)).toBe(v.is(guestName, sample));
      expect(isCommandId(sample), JSON.stringify(sample)).toBe(v.is(commandId, sample));
    }
  });

  it("take the default room", () => {
    expect(isRoomName(DEFAULT_ROOM)).toBe(true);
  });
});
