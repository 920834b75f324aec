import { existsSync, readFileSync } from "node:fs";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { type Client, connect } from "../contract/client.ts";
import { goodHeaders, openRaw } from "../contract/raw.ts";
import { tokenEnv, tokenFor } from "../contract/tokens.ts";
import { startSecured } from "../logs/redis/secured.ts";
import { type RedisServer, startRedis } from "../logs/redis/server.ts";
import { binaryOf, root } from "../matrix/targets.ts";
import { endGroup, type Started, start } from "../package/started.ts";

/** What Deno Deploy sets in every instance (https://docs.deno.com/deploy/reference/env_vars_and_contexts/). */
const deployed = { DENO_DEPLOY: "true", DENO_DEPLOYMENT_ID: "b5d1fcbd", DENO_TIMELINE: "production" };
/**
 * How long after SIGINT an instance is killed here, in ms. On Deno Deploy it is 5 s (https://docs.deno.com/deploy/reference/runtime/);
 * a process of a busy test machine may stand still for longer than that.
 */
const KILLED_AFTER_MS = 25_000;
const entry: string = JSON.parse(readFileSync(`${root}deno.json`, "utf8")).deploy.runtime.entrypoint;

const instances: Started[] = [];
let redis: RedisServer | undefined;
let prefixes = 0;

beforeAll(async () => {
  redis = await startRedis();
});
afterEach(async () => {
  for (const { child } of instances) endGroup(child);
  await Promise.all(instances.splice(0).map(({ exited }) => exited));
});
afterAll(() => redis?.remove());

interface Instance extends Started {
  readonly port: number;
}

/** The settings of a deployment: all that the guide asks for. */
function deployment(): Readonly<Record<string, string>> {
  prefixes += 1;
  return {
    ...deployed,
    ...tokenEnv,
    GREENROOM_LOG: redis?.url ?? "",
    GREENROOM_REDIS_PREFIX: `deploy${prefixes}:`,
    GREENROOM_GUESTS: "off",
  };
}

function run(deno: "deno" | "deno-2.5", env: object): Started {
  // No more than it needs, though an instance may do everything there.
  const may = ["--no-prompt", "--allow-net", "--allow-env", "--allow-read=."];
  const started = start(binaryOf(deno), ["run", ...may, entry], { env });
  instances.push(started);
  return started;
}

async function instance(deno: "deno" | "deno-2.5", env: object): Promise<Instance> {
  const started = run(deno, env);
  const [, port] = await started.says(/http:\/\/[\d.]+:(\d+)/);
  return { ...started, port: Number(port) };
}

async function member({ port }: Instance, name: string): Promise<Client> {
  const headers = { authorization: `Bearer ${await tokenFor(name, { name })}` };
  const client = await connect(`ws://127.0.0.1:${port}/ws/lobby`, { headers });
  await client.next("joined");
  return client;
}

/** What Deno Deploy does to an instance that it has no more use for; resolves with how it ended. */
async function evicted({ child, exited }: Started): Promise<number | string> {
  child.kill("SIGINT");
  const killing = setTimeout(() => child.kill("SIGKILL"), KILLED_AFTER_MS);
  const code = await exited;
  clearTimeout(killing);
  return code;
}

test("deno.json says how Deno Deploy installs and starts the server", () => {
  const { deploy } = JSON.parse(readFileSync(`${root}deno.json`, "utf8"));
  expect(deploy).toEqual({ install: "npm ci --omit=dev", runtime: { type: "dynamic", entrypoint: entry } });
  expect(existsSync(root + entry)).toBe(true);
});

describe.each(["deno", "deno-2.5"] as const)("on Deno Deploy, with %s", (deno) => {
  test.each([
    ["GREENROOM_LOG", { GREENROOM_LOG: "" }],
    ["GREENROOM_LOG", { GREENROOM_LOG: "sqlite" }],
    ["GREENROOM_LOG", { GREENROOM_LOG: "memory" }],
    ["GREENROOM_FILES", { GREENROOM_FILES: "/tmp/files" }],
    ["GREENROOM_GUESTS", { GREENROOM_GUESTS: "on" }],
    ["GREENROOM_INBAND_AUTH", { GREENROOM_INBAND_AUTH: "on" }],
    ["GREENROOM_GUESTS", { GREENROOM_JWT_SECRET: "" }],
  ])("an instance refuses to start in one line that names %s: %o", async (name, env) => {
    const { exited, said } = run(deno, { ...deployment(), ...env });
    expect(await exited).toBe(2);
    const lines = (said().stdout + said().stderr).trim().split("\n");
    expect(lines).toEqual([expect.stringContaining(name)]);
    expect(lines[0]).toMatch(/^greenroom: Cannot /);
  });

  test("an instance listens where Deno Deploy says, whatever PORT and HOST are", async () => {
    const env = { ...deployment(), HOST: undefined, PORT: "1", DENO_SERVE_ADDRESS: "tcp:127.0.0.1:0" };
    const { port } = await instance(deno, env);
    expect(port).not.toBe(1);
    expect((await fetch(`http://127.0.0.1:${port}/health`)).status).toBe(200);
  });

  test("one variable is enough to know the place by", async () => {
    const { exited, said } = run(deno, { DENO_DEPLOYMENT_ID: "b5d1fcbd" });
    expect(await exited).toBe(2);
    expect(said().stderr).toContain("on Deno Deploy");
  });

  test("nobody is upgraded without credentials", async () => {
    const { port } = await instance(deno, deployment());
    await expect(connect(`ws://127.0.0.1:${port}/ws/lobby?name=ada`)).rejects.toThrow("status 401");
    const headers = { authorization: "Bearer nonsense" };
    await expect(connect(`ws://127.0.0.1:${port}/ws/lobby`, { headers })).rejects.toThrow("status 401");
    expect((await fetch(`http://127.0.0.1:${port}/health`)).status).toBe(200);
  });

  test("two instances share a room; who is sent away from one goes on at the other, and misses nothing", async () => {
    const env = deployment();
    const [here, there] = await Promise.all([instance(deno, env), instance(deno, env)]);
    const [ada, bob] = [await member(here, "ada"), await member(there, "bob")];
    ada.send({ type: "message", content: "from here" });
    bob.send({ type: "message", content: "from there" });
    for (const client of [ada, bob]) {
      await client.next("message", ({ content }) => content === "from here");
      await client.next("message", ({ content }) => content === "from there");
    }
    const [last] = ada.events.filter((event) => event.type === "message").slice(-1);
    const { epoch } = await ada.request({ type: "history" }, "history");
    const over = evicted(here);
    const { reconnect } = await ada.next("draining");
    expect(reconnect).toBeLessThanOrEqual(4_500);
    expect((await ada.closed).code).toBe(1012);
    expect(await over).toBe(0);
    await bob.request({ type: "message", content: "meanwhile" }, "ack");

    const headers = { authorization: `Bearer ${await tokenFor("ada", { name: "ada" })}` };
    const again = await connect(`ws://127.0.0.1:${there.port}/ws`, { headers });
    again.send({ type: "join", since: { epoch, seq: last?.seq } });
    expect(await again.next("joined")).toMatchObject({ recovered: true, messages: [{ content: "meanwhile" }] });
    expect([...ada.violations, ...bob.violations, ...again.violations]).toEqual([]);
    expect(await evicted(there)).toBe(0);
  });

  test("an instance reaches a Redis by TLS, with user, password and a CA of its own", async () => {
    const secured = await startSecured();
    await secured.server.say("ACL", "SETUSER", "ada", "on", ">p@ss/word", "~*", "&*", "+@all");
    const url = secured.urlAt("localhost").replace("//", "//ada:p%40ss%2Fword@");
    const env = { ...deployment(), GREENROOM_LOG: url, GREENROOM_REDIS_CA: secured.ca };
    const ada = await member(await instance(deno, env), "ada");
    await ada.request({ type: "message", content: "hello" }, "ack");
    ada.socket.terminate();
    const { exited, said } = run(deno, { ...env, GREENROOM_REDIS_CA: secured.otherCa });
    expect(await exited).toBe(2);
    expect(said().stderr).toMatch(/^greenroom: Cannot use the Redis of GREENROOM_LOG: .*\n$/);
    expect(said().stderr).not.toContain("word");
    await secured.remove();
  });

  test("an instance ends by itself though a client never answers the close, long before GREENROOM_DRAIN_MS", async () => {
    const here = await instance(deno, { ...deployment(), GREENROOM_DRAIN_MS: "60000" });
    const raw = await openRaw(here.port);
    const authorization = `Authorization: Bearer ${await tokenFor("ada", { name: "ada" })}`;
    expect((await raw.upgrade("/ws/lobby", [...goodHeaders(), authorization]))?.status).toBe(101);
    raw.socket.pause();
    const begunMs = performance.now();
    here.child.kill("SIGINT");
    expect([0, 1]).toContain(await here.exited);
    // 4.5 s at most, and half a minute for a machine that is busy otherwise.
    expect(performance.now() - begunMs).toBeLessThan(34_500);
    raw.destroy();
  });
});

describe("deno serve", () => {
  /** From 2.9 on it ends its server by itself at a signal, and cuts what is open (https://github.com/denoland/deno/pull/32862). */
  test.each([
    ["deno", 1001],
    ["deno-2.5", 1012],
  ] as const)("of %s closes with %i on SIGINT", async (deno, code) => {
    const args = ["serve", "-A", "--host", "127.0.0.1", "--port", "0", "src/runtime/deno-serve.ts"];
    const started = start(binaryOf(deno), args, { env: { GREENROOM_GUESTS: "on" } });
    instances.push(started);
    const all = (): string => started.said().stdout + started.said().stderr;
    await expect.poll(all, { timeout: 60_000 }).toMatch(/:\d+\/?\s*$/m);
    const [, port] = /http:\/\/127\.0\.0\.1:(\d+)/.exec(all()) ?? [];
    const client = await connect(`ws://127.0.0.1:${port}/ws/lobby?name=ada`);
    await client.next("joined");
    started.child.kill("SIGINT");
    expect((await client.closed).code).toBe(code);
  });
});
