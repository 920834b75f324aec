import { describe, expect } from "vitest";
import { connect } from "./client.ts";
import { target, test } from "./contract-test.ts";
import { runServer, startServer } from "./server.ts";

const settings = [
  "PORT",
  "HOST",
  "GREENROOM_LOG",
  "GREENROOM_REDIS_PREFIX",
  "GREENROOM_REDIS_CA",
  "GREENROOM_DATA",
  "GREENROOM_DURABILITY",
  "GREENROOM_ROOM_ENTRIES",
  "GREENROOM_ROOM_DAYS",
  "GREENROOM_ROOM_MIB",
  "GREENROOM_TOTAL_MIB",
  "GREENROOM_TRANSPORT",
  "GREENROOM_RATE_LIMITS",
  "GREENROOM_HEARTBEAT_MS",
  "GREENROOM_DRAIN_MS",
  "GREENROOM_ROOM_IDLE_MS",
  "GREENROOM_ECHO",
];

/** What looks like a certificate. */
const ca = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----";

describe("greenroom --help", () => {
  test("lists every setting and ends with 0", async () => {
    const { code, stdout } = await runServer({ args: ["--help"] });
    expect(code).toBe(0);
    expect(settings.filter((name) => !stdout.includes(name))).toEqual([]);
    expect(stdout).toMatch(/--port\b/);
  });
});

describe("a setting", () => {
  for (const [name, options] of [
    ["PORT", { env: { PORT: "abc" } }],
    ["PORT", { env: { PORT: "70000" } }],
    ["PORT", { env: { PORT: "-1" } }],
    ["PORT", { env: { PORT: "80.5" } }],
    ["GREENROOM_LOG", { env: { GREENROOM_LOG: "nope" } }],
    ["GREENROOM_LOG", { env: { GREENROOM_LOG: "redis://127.0.0.1:1" } }],
    ["GREENROOM_REDIS_PREFIX", { env: { GREENROOM_REDIS_PREFIX: "a b" } }],
    ["GREENROOM_REDIS_CA", { env: { GREENROOM_REDIS_CA: "nonsense" } }],
    ["GREENROOM_REDIS_CA", { env: { GREENROOM_REDIS_CA: "@/nowhere/ca.pem" } }],
    ["GREENROOM_REDIS_CA", { env: { GREENROOM_LOG: "redis://127.0.0.1:1", GREENROOM_REDIS_CA: ca } }],
    ["GREENROOM_DURABILITY", { env: { GREENROOM_DURABILITY: "memory" } }],
    ["GREENROOM_ROOM_ENTRIES", { env: { GREENROOM_ROOM_ENTRIES: "0" } }],
    ["GREENROOM_ROOM_DAYS", { env: { GREENROOM_ROOM_DAYS: "-1" } }],
    ["GREENROOM_TOTAL_MIB", { env: { GREENROOM_TOTAL_MIB: "lots" } }],
    ["GREENROOM_RATE_LIMITS", { env: { GREENROOM_RATE_LIMITS: "maybe" } }],
    ["GREENROOM_HEARTBEAT_MS", { env: { GREENROOM_HEARTBEAT_MS: "soon" } }],
    ["GREENROOM_HEARTBEAT_MS", { env: { GREENROOM_HEARTBEAT_MS: "-5" } }],
    ["GREENROOM_DRAIN_MS", { env: { GREENROOM_DRAIN_MS: "1e99" } }],
    ["GREENROOM_ECHO", { env: { GREENROOM_ECHO: "loud" } }],
    ["GREENROOM_TRANSPORT", { env: { GREENROOM_TRANSPORT: "pigeon" } }],
    ["--port", { args: ["--port", "abc"] }],
    ["--colour", { args: ["--colour", "blue"] }],
    ["HOST", { env: { HOST: "not a host" } }],
  ] as const) {
    test(`that is bad ends the start with one line that names it: ${name} ${JSON.stringify(options)}`, async () => {
      const { code, stdout, stderr } = await runServer(options);
      expect(code).not.toBe(0);
      expect(code).not.toBe("SIGKILL");
      expect(stdout).not.toContain("http://");
      const said = stderr
        .trim()
        .split("\n")
        .filter((line) => line !== "");
      expect(said).toHaveLength(1);
      expect(said[0]?.toLowerCase()).toContain(name.replace("--", "").toLowerCase());
      expect(said[0]).not.toMatch(/node_modules|\bat .*\.ts/);
    });
  }

  test("of a port that is taken ends the start with one line that names PORT", async () => {
    const first = await startServer();
    try {
      const { code, stderr } = await runServer({ env: { PORT: `${first.port}` } });
      expect(code).not.toBe(0);
      expect(code).not.toBe("SIGKILL");
      const said = stderr.trim().split("\n");
      expect(said).toHaveLength(1);
      expect(said[0]).toMatch(/port/i);
      expect(said[0]).toContain(`${first.port}`);
    } finally {
      await first.stop();
    }
  });

  test("may be given as a flag, which goes before the environment", async () => {
    const server = await startServer({ env: { GREENROOM_HEARTBEAT_MS: "7000" }, args: ["--heartbeat-ms", "8000"] });
    try {
      const client = await connect(`ws://127.0.0.1:${server.port}/ws`);
      expect((await client.next("welcome")).heartbeat).toBe(8_000);
      await client.close();
    } finally {
      await server.stop();
    }
  });

  test(`of the runtime is told at the start: one line with the address on ${target.transport}`, async () => {
    const server = await startServer();
    try {
      expect(server.output().match(/http:\/\/127\.0\.0\.1:\d+/g)).toHaveLength(1);
    } finally {
      await server.stop();
    }
  });
});
