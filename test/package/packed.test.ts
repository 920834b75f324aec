import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { binaryOf, root } from "../matrix/targets.ts";
import { start } from "./started.ts";

const folder = mkdtempSync(join(tmpdir(), "greenroom-packed-"));
const installed = join(folder, "node_modules/greenroom");
const node22 = binaryOf("node22");

beforeAll(() => {
  npm(root, "pack", "--pack-destination", folder);
  const tarball = readdirSync(folder).find((name) => name.endsWith(".tgz"));
  writeFileSync(join(folder, "package.json"), '{ "name": "greenroom-consumer", "private": true, "type": "module" }\n');
  npm(folder, "install", "--prefer-offline", "--no-audit", "--no-fund", `./${tarball}`);
});

afterAll(() => rmSync(folder, { recursive: true }));

describe("the packed package", () => {
  test("holds what it is made of, and nothing else", () => {
    expect(readdirSync(installed).toSorted()).toEqual(
      ["CHANGELOG.md", "LICENSE", "README.md", "dist", "package.json"].toSorted(),
    );
    const files = readdirSync(join(installed, "dist"), { recursive: true, encoding: "utf8" });
    expect(files.filter((name) => /\.[a-z]+$/.test(name) && !/\.(d\.ts|js|html|css|svg)$/.test(name))).toEqual([]);
  });

  test("brings no more than the server needs", () => {
    const { dependencies } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
    const names = readdirSync(join(folder, "node_modules")).filter((name) => !name.startsWith("."));
    const expected = ["greenroom", ...Object.keys(dependencies).map((name) => name.split("/")[0])];
    expect(names.toSorted()).toEqual([...new Set(expected)].toSorted());
  });

  test("is imported from each of its entries that runs on Node", () => {
    const probe =
      'const [a, b, c] = await Promise.all(["", "/node", "/testing"].map((at) => import("greenroom" + at)));';
    const report = "console.log(JSON.stringify([a, b, c].map((entry) => Object.keys(entry).length > 0)));";
    const { stdout, stderr } = spawnSync(node22, ["--input-type=module", "-e", probe + report], {
      cwd: folder,
      encoding: "utf8",
    });
    expect({ stdout, stderr }).toEqual({ stdout: "[true,true,true]\n", stderr: "" });
  });

  test("is understood by the type checker", () => {
    const entries = ["", "/node", "/deno", "/bun", "/testing"].map(
      (at, nth) => `import * as entry${nth} from "greenroom${at}";`,
    );
    const names = entries.map((_, nth) => `entry${nth}`).join(", ");
    const anything = "type Anything<T> = 0 extends 1 & T ? true : false;";
    const known = "export const known: Anything<(typeof entry0)[keyof typeof entry0]> = false;";
    writeFileSync(
      join(folder, "consumer.ts"),
      [...entries, anything, known, `export const all = [${names}];`, ""].join("\n"),
    );
    const compilerOptions = { strict: true, noEmit: true, module: "nodenext", target: "es2024", lib: ["es2024"] };
    const types = { types: ["node", "ws"], typeRoots: [join(root, "node_modules/@types")], skipLibCheck: false };
    const config = { compilerOptions: { ...compilerOptions, ...types }, files: ["consumer.ts"] };
    writeFileSync(join(folder, "tsconfig.json"), JSON.stringify(config));
    const tsc = join(root, "node_modules/typescript/bin/tsc");
    const { stdout } = spawnSync(process.execPath, [tsc, "-p", folder, "--pretty", "false"], {
      cwd: folder,
      encoding: "utf8",
    });
    expect(stdout.split("\n").filter((line) => /^(consumer|node_modules\/greenroom\/)/.test(line))).toEqual([]);
  });

  test("serves a chat under the command greenroom on Node 22, and ends with 0 on SIGTERM", async () => {
    const { child, exited, says, said } = start(node22, [join(folder, "node_modules/.bin/greenroom")], { cwd: folder });
    const [url] = await says(/http:\/\/[^\s/]+:\d+/);
    expect(await fetch(`${url}/health`)).toMatchObject({ status: 200 });
    expect(await chat(`${url.replace("http", "ws")}/ws/lobby?name=ada`)).toMatchObject({
      type: "message",
      room: "lobby",
      sender: { name: "ada" },
      content: "hello",
    });
    child.kill("SIGTERM");
    expect(await exited).toBe(0);
    expect(
      said()
        .stdout.trim()
        .split("\n")
        .filter((line) => line.includes("http://")),
    ).toHaveLength(1);
    expect(said().stderr).toBe("");
  });
});

/** Says hello as soon as the room is joined, and resolves with the message as it came back. */
function chat(url: string): Promise<unknown> {
  const socket = new WebSocket(url);
  return new Promise((resolve, reject) => {
    socket.onerror = () => reject(new Error(`Cannot chat at ${url}: the socket failed`));
    socket.onclose = ({ code }) => reject(new Error(`Cannot chat at ${url}: closed with ${code}`));
    socket.onmessage = ({ data }) => {
      const event = JSON.parse(data);
      if (event.type === "joined") socket.send(JSON.stringify({ type: "message", content: "hello" }));
      if (event.type !== "message") return;
      resolve(event);
      socket.close();
    };
  });
}

/** Runs npm in a folder, free of what the npm that runs these tests says about this one. */
function npm(cwd: string, ...args: string[]): void {
  const passed = Object.entries(process.env).filter(
    ([name]) => !/^npm_(package|lifecycle|config_local_prefix)/.test(name),
  );
  const { status, stdout, stderr } = spawnSync("npm", args, { cwd, env: Object.fromEntries(passed), encoding: "utf8" });
  if (status !== 0) throw new Error(`Cannot npm ${args[0]}: it ended with ${status}\n${stdout}${stderr}`);
}
