import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { jwtVerify } from "jose";
import { afterAll, describe, expect } from "vitest";
import { connect } from "./client.ts";
import { target, test } from "./contract-test.ts";
import { runServer, startServer } from "./server.ts";
import { secret, tokenEnv } from "./tokens.ts";

const folder = mkdtempSync(join(tmpdir(), "greenroom-entering-"));
afterAll(() => rmSync(folder, { recursive: true }));

function fileWith(name: string, content: string): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

/** What a server that does not start says. */
async function refusal(env: Readonly<Record<string, string>>, args: readonly string[] = []): Promise<string> {
  const { code, stdout, stderr } = await runServer({ env, args });
  expect(code, stderr).not.toBe(0);
  expect(code).not.toBe("SIGKILL");
  expect(stdout).not.toContain("http://");
  const lines = stderr.trim().split("\n");
  expect(lines).toHaveLength(1);
  return lines[0] as string;
}

const short = "short-canary";
const long = "canary".repeat(10);
const pem =
  "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=\n-----END PUBLIC KEY-----";

describe("settings of who may come in", () => {
  for (const [names, env, args] of [
    [["GREENROOM_GUESTS"], { GREENROOM_GUESTS: "maybe" }],
    [["GREENROOM_GUESTS"], { GREENROOM_GUESTS: "off" }],
    [["GREENROOM_GUEST_GRANTS"], { GREENROOM_GUEST_GRANTS: "read,fly" }],
    [["GREENROOM_USER_GRANTS"], { GREENROOM_USER_GRANTS: "all" }],
    [["GREENROOM_JWT_SECRET"], { GREENROOM_JWT_SECRET: short }],
    [["GREENROOM_JWT_SECRET"], { ...tokenEnv, GREENROOM_JWT_ALGORITHM: "HS512" }],
    [["GREENROOM_JWT_SECRET"], { GREENROOM_JWT_SECRET: "@/nowhere/canary" }],
    [["--jwt-secret", "GREENROOM_JWT_SECRET"], {}, ["--jwt-secret", long]],
    [["--admin-token"], {}, ["--admin-token", long]],
    [["GREENROOM_ADMIN_TOKEN"], { GREENROOM_ADMIN_TOKEN: short }],
    [["GREENROOM_ADMIN_TOKEN"], { GREENROOM_ADMIN_TOKEN: `with a space ${long}` }],
    [["GREENROOM_JWT_SECRET", "GREENROOM_JWT_ALGORITHM"], { ...tokenEnv, GREENROOM_JWT_ALGORITHM: "RS256" }],
    [["GREENROOM_JWT_ALGORITHM"], { ...tokenEnv, GREENROOM_JWT_ALGORITHM: "none" }],
    [["GREENROOM_JWT_ALGORITHM"], { GREENROOM_JWT_ALGORITHM: "HS256" }],
    [["GREENROOM_JWT_KEY", "GREENROOM_JWT_ALGORITHM"], { GREENROOM_JWT_KEY: pem }],
    [["GREENROOM_JWT_KEY"], { GREENROOM_JWT_KEY: pem, GREENROOM_JWT_ALGORITHM: "RS256" }],
    [["GREENROOM_JWT_KEY"], { GREENROOM_JWT_KEY: "canary", GREENROOM_JWT_ALGORITHM: "EdDSA" }],
    [["GREENROOM_JWT_SECRET", "GREENROOM_JWT_KEY"], { ...tokenEnv, GREENROOM_JWT_KEY: pem }],
    [["GREENROOM_JWKS_URL"], { GREENROOM_JWKS_URL: "http://keys.example/", GREENROOM_JWT_ALGORITHM: "RS256" }],
    [["GREENROOM_JWKS_URL"], { GREENROOM_JWKS_URL: "nonsense", GREENROOM_JWT_ALGORITHM: "RS256" }],
    [["GREENROOM_JWT_ISSUER"], { GREENROOM_JWT_ISSUER: "https://id.example" }],
    [["GREENROOM_JWT_AUDIENCE"], { GREENROOM_JWT_AUDIENCE: "chat" }],
    [["GREENROOM_COOKIE"], { GREENROOM_COOKIE: "session" }],
    [["GREENROOM_COOKIE"], { ...tokenEnv, GREENROOM_COOKIE: "a b" }],
    [["GREENROOM_COOKIE", "GREENROOM_ORIGINS"], { ...tokenEnv, GREENROOM_COOKIE: "session", GREENROOM_ORIGINS: "*" }],
    [["GREENROOM_QUERY_TOKEN"], { GREENROOM_QUERY_TOKEN: "on" }],
    [["GREENROOM_INBAND_AUTH"], { GREENROOM_INBAND_AUTH: "on" }],
    [["GREENROOM_ORIGINS"], { GREENROOM_ORIGINS: "https://*.example.com" }],
    [["GREENROOM_ORIGINS"], { GREENROOM_ORIGINS: "https://a.example,example.com" }],
    [["GREENROOM_TRUSTED_PROXIES"], { GREENROOM_TRUSTED_PROXIES: "10.0.0.0/33" }],
    [["GREENROOM_TRUSTED_PROXIES"], { GREENROOM_TRUSTED_PROXIES: "0.0.0.0/0" }],
    [["GREENROOM_PROXY_HEADER"], { GREENROOM_PROXY_HEADER: "x-real-ip" }],
  ] as readonly (readonly [readonly string[], Record<string, string>, (readonly string[])?])[]) {
    test(`that are bad end the start with one line that names them: ${JSON.stringify([env, args])}`, async () => {
      const line = await refusal(env, args);
      for (const name of names) expect(line).toContain(name);
      expect(line).not.toContain("canary");
      expect(line).not.toContain(secret);
      expect(line).not.toMatch(/node_modules|\bat .*\.ts/);
    });
  }

  test("may name a file that holds a secret", async () => {
    const server = await startServer({
      args: ["--jwt-secret", `@${fileWith("secret", `${secret}\n`)}`, "--guests", "off"],
    });
    try {
      await expect(connect(`ws://127.0.0.1:${server.port}/ws`)).rejects.toThrow("status 401");
    } finally {
      await server.stop();
    }
  });
});

describe("a start on every address", () => {
  const wide = { HOST: "0.0.0.0" };

  test("says so in one line where guests come in and no origin is set, or is refused on Deno's own sockets", async () => {
    if (target.transport === "deno-native") {
      expect(await refusal(wide)).toMatch(/HOST.*GREENROOM_TRANSPORT.*GREENROOM_GUESTS=off/);
      return;
    }
    const first = await startServer();
    try {
      // It ends by itself, since the port is taken.
      const { stderr } = await runServer({ env: { ...wide, PORT: `${first.port}`, GREENROOM_RATE_LIMITS: "on" } });
      const warnings = stderr.split("\n").filter((line) => line.includes("warning"));
      expect(warnings).toHaveLength(1);
      expect(warnings[0]).toMatch(
        /^greenroom: warning: everybody.*HOST 0\.0\.0\.0.*GREENROOM_GUESTS.*GREENROOM_ORIGINS/,
      );
    } finally {
      await first.stop();
    }
  });
});

describe("greenroom doctor", () => {
  test("prints who would get in, and no secret", async () => {
    const env = {
      ...tokenEnv,
      GREENROOM_ADMIN_TOKEN: long,
      GREENROOM_COOKIE: "session",
      GREENROOM_ORIGINS: "https://app.example.com",
      GREENROOM_TRUSTED_PROXIES: "10.0.0.0/8",
      GREENROOM_GUEST_GRANTS: "read",
    };
    const { code, stdout, stderr } = await runServer({ env, args: ["doctor"] });
    expect([code, stderr]).toEqual([0, ""]);
    for (const words of [
      /guests +come in, with read$/m,
      /tokens +HS256 by a secret, issuer any, audience any$/m,
      /credentials +Authorization, subprotocol, cookie session, ticket$/m,
      /origins +https:\/\/app\.example\.com$/m,
      /trusted proxies +10\.0\.0\.0\/8, by x-forwarded-for$/m,
      /admin token +set$/m,
    ]) {
      expect(stdout).toMatch(words);
    }
    expect(stdout).not.toContain(secret);
    expect(stdout).not.toContain("canary");
  });
});

describe("the password of a Redis", () => {
  const url = "redis://canary-user:canary-password@127.0.0.1:1/0";

  test("is printed nowhere, whether it is reached or not", async () => {
    for (const [env, args] of [
      [{ GREENROOM_LOG: url }, []],
      [{ GREENROOM_LOG: url }, ["doctor"]],
      [{ GREENROOM_LOG: `@${fileWith("redis", url)}` }, []],
      [{ GREENROOM_LOG: url.replace("/0", "/x y") }, []],
      [{ GREENROOM_LOG: url.replace("redis:", "http:") }, []],
    ] as const) {
      const { code, stdout, stderr } = await runServer({ env, args });
      expect(code).not.toBe(0);
      expect(stderr + stdout).toMatch(/GREENROOM_LOG/);
      expect(stderr + stdout).not.toMatch(/canary|warning.*process/);
    }
  }, 120_000);

  test("is warned of in a flag, where the list of processes shows it", async () => {
    for (const args of [["--log", url], [`--log=${url}`], ["doctor", "--log", url]]) {
      const { stdout, stderr } = await runServer({ args });
      expect(stderr).toMatch(/^greenroom: warning: .*--log.*list of processes.*GREENROOM_LOG.*@FILE$/m);
      expect(stderr + stdout).not.toContain("canary");
    }
    const { stderr } = await runServer({ args: ["--log", `@${fileWith("redis", url)}`] });
    expect(stderr).not.toContain("warning");
  }, 120_000);
});

describe("greenroom token", () => {
  test("prints a token that the server takes", async () => {
    const args = ["token", "--sub", "ada", "--name", "Ada", "--rooms", '{"lobby":["read"]}', "--seconds", "60"];
    const { code, stdout, stderr } = await runServer({ env: tokenEnv, args });
    expect([code, stderr]).toEqual([0, ""]);
    const { payload } = await jwtVerify(stdout.trim(), new TextEncoder().encode(secret));
    expect(payload).toMatchObject({ sub: "ada", name: "Ada", rooms: { lobby: ["read"] } });
    expect((payload.exp ?? 0) - (payload.iat ?? 0)).toBe(60);
  });

  for (const [what, env, args] of [
    ["GREENROOM_JWT_SECRET", {}, ["--sub", "ada"]],
    ["--sub", tokenEnv, []],
    ["sub", tokenEnv, ["--sub", "guest:ada"]],
    ["--rooms", tokenEnv, ["--sub", "ada", "--rooms", "{"]],
    ["rooms", tokenEnv, ["--sub", "ada", "--rooms", "[]"]],
    ["--seconds", tokenEnv, ["--sub", "ada", "--seconds", "forever"]],
    ["--colour", tokenEnv, ["--sub", "ada", "--colour", "blue"]],
  ] as const) {
    test(`names what is wrong: ${what} ${args.join(" ")}`, async () => {
      expect(await refusal(env, ["token", ...args])).toContain(what);
    });
  }

  test("says how it is used", async () => {
    const { code, stdout } = await runServer({ args: ["token", "--help"] });
    expect(code).toBe(0);
    expect(stdout).toMatch(/--sub/);
  });
});
