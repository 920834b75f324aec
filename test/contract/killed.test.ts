import { describe, expect } from "vitest";
import { crashes } from "../crash/crashes.ts";
import { target, test } from "./contract-test.ts";

describe("a server killed under load, three times", () => {
  test("has kept every message that it acknowledged, in its place, and lets readers go on where they were", async () => {
    const { acknowledged, violations } = await crashes({ target, kills: 3 });
    expect(violations).toEqual([]);
    expect(acknowledged).toBeGreaterThan(20);
  }, 180_000);
});
