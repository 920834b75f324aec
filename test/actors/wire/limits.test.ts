import { describe, expect, it } from "vitest";
import {
  announced,
  defaultLimits,
  durabilities,
  isAnnounced,
  type LimitName,
  limits,
} from "../../../src/actors/wire/mod.ts";

describe("limits", () => {
  it.each(Object.entries(limits))(
    "%s is a positive whole number with a unit, a meaning and a consequence",
    (_, limit) => {
      expect(Number.isSafeInteger(limit.value) && limit.value > 0).toBe(true);
      expect(limit.unit).not.toBe("");
      expect(limit.meaning).not.toBe("");
      expect(limit.past).not.toBe("");
    },
  );

  it.each(Object.entries(limits))("%s names its unit where it is a size or a time", (name, { unit }) => {
    expect(name.endsWith("Bytes")).toBe(unit === "bytes");
    expect(name.endsWith("Ms")).toBe(unit === "ms");
  });

  it.each<[LimitName, number]>([
    ["commandBytes", 64 * 1024],
    ["anonymousCommandBytes", 4 * 1024],
    ["batchBytes", 256 * 1024],
    ["batchCommands", 256],
    ["eventBytes", 256 * 1024],
    ["contentUnits", 1000],
    ["dataBytes", 16 * 1024],
    ["dataLevels", 32],
    ["historyEntries", 200],
    ["joinedMembers", 100],
    ["outboxBytes", 1024 * 1024],
    ["memoryRoomBytes", 32 * 1024 * 1024],
    ["memoryTotalBytes", 512 * 1024 * 1024],
    ["fileBytes", 10 * 1024 * 1024],
    ["roomFileBytes", 1024 * 1024 * 1024],
    ["conformanceBytes", 16 * 1024 * 1024],
    ["durableRoomMs", 30 * 24 * 60 * 60 * 1000],
  ])("%s is %d by default", (name, value) => {
    expect(defaultLimits[name]).toBe(value);
  });

  it("cannot be changed through the defaults", () => {
    expect(Object.isFrozen(defaultLimits)).toBe(true);
  });
});

describe("announced()", () => {
  it.each(durabilities)("says what a client can heed, with durability %s", (durability) => {
    const said = announced({ ...defaultLimits, contentUnits: 500 }, { durability });
    expect(said).toMatchObject({ durability, contentUnits: 500, batchCommands: 256, defaultRoom: "lobby" });
    expect(new RegExp(said.roomPattern).test("lobby")).toBe(true);
    expect(new RegExp(said.guestNamePattern).test("ada")).toBe(true);
    expect(isAnnounced(JSON.parse(JSON.stringify(said)))).toBe(true);
  });

  it("keeps what is no client's business to itself", () => {
    const said = announced(defaultLimits, { durability: "power" });
    expect(Object.keys(said)).not.toContain("connections");
    expect(Object.keys(said)).not.toContain("memoryTotalBytes");
  });
});

describe("isAnnounced()", () => {
  const said = announced(defaultLimits, { durability: "process" });

  it.each([null, 1, [], {}, { ...said, durability: "eternal" }, { ...said, contentUnits: "1000" }])(
    "refuses %j",
    (value) => {
      expect(isAnnounced(value)).toBe(false);
    },
  );
});
