import { defineConfig } from "vitest/config";

const contract = "test/contract/**/*.test.ts";
const house = [
  "test/architecture.test.ts",
  "test/bench/**/*.test.ts",
  "test/deploy/**/*.test.ts",
  "test/nodes/**/*.test.ts",
  "test/docs/hostile-input.test.ts",
  "test/docs/security.test.ts",
  "test/package/**/*.test.ts",
  "test/types/**/*.test.ts",
];
const browser = "test/browser/**/*.test.ts";
const redis = "test/logs/redis/**/*.test.ts";
const cluster = "test/cluster/**/*.test.ts";
const apart = [browser, redis, cluster, "test/runtimes/**"];
const setupFiles = ["test/overheard.ts"];
/** Some of the unit suites have sockets and disks, which a busy machine takes its time for. */
const patient = { testTimeout: 30_000, hookTimeout: 30_000 };

/**
 * Six kinds of suites: `unit` runs inside every runtime, `redis` as well, beside a redis-server; `house` holds the
 * repository together, `contract` drives a running server from outside, `cluster` several at once, `browser` the chat page
 * in Chromium. `node test/matrix/run.ts` runs them all where they belong.
 */
export default defineConfig({
  test: {
    pool: "forks",
    projects: [
      {
        test: {
          name: "unit",
          include: ["test/**/*.test.ts"],
          exclude: [contract, ...house, ...apart],
          setupFiles,
          ...patient,
        },
      },
      { test: { name: "redis", include: [redis], maxWorkers: 2, setupFiles } },
      { test: { name: "house", include: house, testTimeout: 120_000, hookTimeout: 120_000, setupFiles } },
      { test: { name: "contract", include: [contract], maxWorkers: 3, testTimeout: 30_000, hookTimeout: 30_000 } },
      { test: { name: "cluster", include: [cluster], maxWorkers: 2, testTimeout: 240_000, hookTimeout: 60_000 } },
      {
        test: {
          name: "browser",
          include: [browser],
          maxWorkers: 2,
          testTimeout: 60_000,
          hookTimeout: 60_000,
          expect: { poll: { timeout: 15_000 } },
        },
      },
    ],
  },
});
