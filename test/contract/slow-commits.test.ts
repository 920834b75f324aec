import { describe, expect } from "vitest";
import { test } from "./contract-test.ts";
import { startServer } from "./server.ts";
import { share, throughSlowCommits } from "./slow-commits.ts";

describe("a disk that takes a second for each commit", () => {
  test("makes acks late, and neither pings nor history nor joins", async () => {
    const server = await startServer({
      main: "test/contract/custom-server.ts",
      env: { GREENROOM_TEST_COMMIT_MS: "1000" },
    });
    try {
      const { pings, pages, joins, acks } = await throughSlowCommits(server.port, 4);
      expect(Math.min(...acks)).toBeGreaterThan(900);
      for (const spans of [pings, pages, joins]) {
        expect(spans.length).toBeGreaterThan(20);
        // By itself 99 of 100 are below 50 ms; behind a commit they would take a second, on a busy machine or not.
        expect(share(spans, 0.9)).toBeLessThan(400);
      }
    } finally {
      await server.stop();
    }
  }, 90_000);
});
