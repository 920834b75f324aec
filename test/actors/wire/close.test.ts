import { describe, expect, it } from "vitest";
import { type CloseName, closeCodes, comesBack, sendable } from "../../../src/actors/wire/mod.ts";

const contract: readonly (readonly [CloseName, number, boolean])[] = [
  ["bye", 1000, false],
  ["goingAway", 1001, true],
  ["unsupportedData", 1003, false],
  ["abnormal", 1006, true],
  ["invalidPayload", 1007, false],
  ["policy", 1008, false],
  ["tooBig", 1009, false],
  ["internal", 1011, true],
  ["restart", 1012, true],
  ["overloaded", 1013, true],
  ["unauthorized", 4401, false],
  ["banned", 4403, false],
  ["heartbeatMissed", 4408, true],
  ["replaced", 4409, false],
  ["flooding", 4429, true],
];

describe("closeCodes", () => {
  it("lists the contract's codes and no other", () => {
    const listed = Object.entries(closeCodes).map(([name, { code, comeBack }]) => [name, code, comeBack]);
    expect(listed).toEqual(contract);
  });

  it.each(Object.entries(closeCodes))("%s has a reason that fits a close frame", (_, { reason }) => {
    const bytes = new TextEncoder().encode(reason).length;
    expect(bytes > 0 && bytes <= 123).toBe(true);
  });
});

describe("comesBack()", () => {
  it.each(contract)("answers for %s (%d): %s", (_, code, comeBack) => {
    expect(comesBack(code)).toBe(comeBack);
  });

  it.each([0, 1005, 1014, 1015, 3000, 4999])("takes %d for a lost connection", (code) => {
    expect(comesBack(code)).toBe(true);
  });

  it("stays away after a protocol error", () => {
    expect(comesBack(1002)).toBe(false);
  });
});

describe("sendable()", () => {
  it.each([1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014, 3000, 3999, 4000, 4401, 4999])(
    "allows %d",
    (code) => {
      expect(sendable(code)).toBe(true);
    },
  );

  it.each([-1, 0, 999, 1004, 1005, 1006, 1015, 1016, 1999, 2000, 2999, 5000, 65_536, 1000.5, Number.NaN])(
    "forbids %d",
    (code) => {
      expect(sendable(code)).toBe(false);
    },
  );

  it("allows every code of the table but the one that says a connection was lost", () => {
    const forbidden = Object.values(closeCodes).filter(({ code }) => !sendable(code));
    expect(forbidden).toEqual([closeCodes.abnormal]);
  });
});
