import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import process from "node:process";
import { afterAll, describe, expect, test } from "vitest";
import { openRedis } from "../../src/logs/redis/store.ts";
import { readConfig } from "../../src/runtime/config.ts";
import { realPorts } from "../../src/runtime/ports.ts";
import { boundless } from "../logs/redis/opened.ts";
import { startRedis } from "../logs/redis/server.ts";
import { binaryOf, root } from "../matrix/targets.ts";
import { endGroup, start } from "../package/started.ts";
import { checked } from "./proxy.ts";

const folder = mkdtempSync(join(tmpdir(), "greenroom-container-"));
afterAll(() => rmSync(folder, { recursive: true }));

interface Instruction {
  readonly name: string;
  readonly rest: string;
}

/** The instructions of a Containerfile, each on one line. */
function instructionsOf(text: string): readonly Instruction[] {
  const lines = text.replaceAll(/^\s*#.*\n/gm, "").replaceAll(/\\\n\s*/g, "");
  return lines.split("\n").flatMap((line) => {
    const [, name, rest] = /^([A-Z]+) (.+)$/.exec(line) ?? [];
    if (line !== "" && name === undefined) throw new Error(`Cannot read "${line}" in the Containerfile`);
    return name === undefined ? [] : [{ name, rest: rest as string }];
  });
}

describe("docs/deploy/Containerfile", () => {
  const file = readFileSync(`${root}docs/deploy/Containerfile`, "utf8");
  const all = instructionsOf(file);
  const stages = all.flatMap(({ name }, at) => (name === "FROM" ? [at] : []));
  const last = all.slice(stages.at(-1));
  const command = (name: string): string[] => {
    const { rest = "" } = last.find((one) => one.name === name) ?? {};
    return JSON.parse(rest.slice(rest.indexOf("[")));
  };

  test("has two stages on the Node that is tested, and instructions that there are", () => {
    const { devDependencies } = JSON.parse(readFileSync(`${root}package.json`, "utf8"));
    const bases = all.filter(({ name }) => name === "FROM").map(({ rest }) => rest.split(" ")[0]);
    expect(bases).toEqual(Array(2).fill(`docker.io/library/node:${devDependencies.node}-bookworm-slim`));
    const known = ["FROM", "WORKDIR", "COPY", "RUN", "ENV", "USER", "VOLUME", "EXPOSE", "HEALTHCHECK", "CMD"];
    expect(all.filter(({ name }) => !known.includes(name))).toEqual([]);
  });

  test("copies nothing that is not there", () => {
    const copied = all.filter(({ name, rest }) => name === "COPY" && !rest.startsWith("--from"));
    const sources = copied.flatMap(({ rest }) => rest.split(" ").slice(0, -1));
    expect(sources).toEqual(expect.arrayContaining(["package-lock.json", "src"]));
    expect(sources.filter((source) => !existsSync(root + source))).toEqual([]);
  });

  test("runs what is built, as a user without rights, with its volume, and settings that the server takes", () => {
    const { bin } = JSON.parse(readFileSync(`${root}package.json`, "utf8"));
    expect(command("CMD")).toEqual(["node", "--max-semi-space-size=8", bin.greenroom]);
    expect(last).toEqual(
      expect.arrayContaining([
        { name: "USER", rest: "node" },
        { name: "VOLUME", rest: "/data" },
      ]),
    );
    const { rest = "" } = last.find(({ name }) => name === "ENV") ?? {};
    const env = Object.fromEntries(rest.split(" ").map((pair) => pair.split("=") as [string, string]));
    expect(readConfig([], env)).toMatchObject({ config: { host: "0.0.0.0", port: 8080, data: "/data" } });
  });

  test("has a health check that tells a server from none", async () => {
    const started = start(binaryOf("driver"), ["src/main.ts"], { env: { GREENROOM_LOG: "memory" } });
    const [, port = ""] = await started.says(/http:\/\/127\.0\.0\.1:(\d+)/);
    const [, ...args] = command("HEALTHCHECK").map((word) => word.replace(":8080", `:${port}`));
    expect(args.join(" ")).toContain(port);
    const healthy = (): number | null => spawnSync(process.execPath, args).status;
    expect(healthy()).toBe(0);
    endGroup(started.child);
    await started.exited;
    expect(healthy()).toBe(1);
  });
});

interface Service {
  readonly [key: string]: unknown;
  readonly depends_on?: object;
  readonly networks?: readonly string[];
  readonly secrets?: readonly string[];
  readonly volumes?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly command?: readonly string[];
}

interface Compose {
  readonly [key: string]: unknown;
  readonly services: Readonly<Record<string, Service>>;
}

/** Reads YAML by what Bun has for it. */
function yamlOf(path: string): unknown {
  const script = "console.log(JSON.stringify(Bun.YAML.parse(await Bun.file(process.argv.at(-1)).text())))";
  const { stdout, stderr, status } = spawnSync(binaryOf("bun"), ["-e", script, path], { encoding: "utf8" });
  if (status !== 0) throw new Error(`Cannot read ${path}: ${stderr}`);
  return JSON.parse(stdout);
}

describe("docs/deploy/compose.yaml", () => {
  const path = `${root}docs/deploy/compose.yaml`;
  const compose = yamlOf(path) as Compose;
  const { services } = compose;
  const here = (name: string): string => resolve(dirname(path), name);

  test("has no key that Compose does not know (https://github.com/compose-spec/compose-spec/blob/main/spec.md)", () => {
    const top = Object.keys(compose).filter((key) => !key.startsWith("x-"));
    expect(top.toSorted()).toEqual(["name", "networks", "secrets", "services", "volumes"]);
    const known = [
      "build",
      "cap_drop",
      "command",
      "depends_on",
      "environment",
      "healthcheck",
      "image",
      "init",
      "networks",
    ];
    known.push("ports", "read_only", "restart", "secrets", "security_opt", "stop_grace_period", "tmpfs", "volumes");
    expect(
      Object.values(services)
        .flatMap((service) => Object.keys(service))
        .filter((key) => !known.includes(key)),
    ).toEqual([]);
  });

  test("names nothing that it does not have", () => {
    const named = (kind: string): readonly string[] => Object.keys(compose[kind] as object);
    for (const { depends_on = [], networks = [], secrets = [], volumes = [] } of Object.values(services)) {
      const others = Array.isArray(depends_on) ? depends_on : Object.keys(depends_on);
      expect(Object.keys(services)).toEqual(expect.arrayContaining(others));
      expect(named("networks")).toEqual(expect.arrayContaining([...networks]));
      expect(named("secrets")).toEqual(expect.arrayContaining([...secrets]));
      for (const [source = ""] of volumes.map((volume) => volume.split(":"))) {
        if (source.startsWith(".")) expect(existsSync(here(source))).toBe(true);
        else expect(named("volumes")).toContain(source);
      }
    }
  });

  test("has three nodes, with settings that the server takes", () => {
    const nodes = Object.entries(services).filter(([name]) => name.startsWith("node"));
    expect(nodes).toHaveLength(3);
    writeFileSync(join(folder, "jwt-secret"), "0123456789".repeat(4));
    for (const [, { environment = {}, build }] of nodes) {
      const env = { ...environment, GREENROOM_JWT_SECRET: `@${folder}/jwt-secret` };
      const proxies = (compose["networks"] as { front: { ipam: { config: [{ subnet: string }] } } }).front.ipam.config;
      expect(readConfig([], env)).toMatchObject({
        config: { log: "redis://redis:6379", files: "/data/files", guests: "off", trustedProxies: [proxies[0].subnet] },
      });
      const { context, dockerfile } = build as { readonly context: string; readonly dockerfile: string };
      expect(existsSync(join(here(context), dockerfile))).toBe(true);
    }
  });

  test("has a Redis whose acknowledgements survive a power cut", async () => {
    const [program, ...settings] = services["redis"]?.command ?? [];
    expect(program).toBe("redis-server");
    const server = await startRedis(settings);
    const { clock, random } = realPorts();
    const observe = (): void => undefined;
    const store = await openRedis({ url: server.url, prefix: "greenroom:", clock, random, limits: boundless, observe });
    const { durability, summary } = store.configuration;
    await store.close();
    await server.remove();
    expect(durability).toBe("power");
    expect(summary).toContain("it evicts nothing, and has a maxmemory of 1024 MiB");
  });

  test("has a proxy that Caddy takes, before all three", () => {
    const file = readFileSync(here("compose.Caddyfile"), "utf8");
    expect(file).toContain("node1:8080 node2:8080 node3:8080");
    expect(
      checked("caddy", ["validate", "--config", here("compose.Caddyfile"), "--adapter", "caddyfile"]),
    ).toMatchObject({
      ok: true,
    });
  });
});
