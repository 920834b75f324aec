import { chmodSync, cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { afterAll, describe, expect, test } from "vitest";
import { binaryOf, root } from "../matrix/targets.ts";
import { start } from "./started.ts";

const script = `${root}scripts/with-runtime.mjs`;
const folder = mkdtempSync(join(tmpdir(), "greenroom-with-runtime-"));
const waits = join(folder, "waits.mjs");
writeFileSync(
  waits,
  `import process from "node:process";
process.on(process.argv[2], () => process.exit(7));
setInterval(() => {}, 1000);
console.log("ready " + (globalThis.Deno ? "deno" : process.versions.bun ? "bun" : "node"));`,
);
afterAll(() => rmSync(folder, { recursive: true }));

describe.each([
  ["deno", ["run", "-A"]],
  ["bun", []],
] as const)("scripts/with-runtime.mjs %s", (name, before) => {
  binaryOf(name); // Where it is missing the script would install it, and every test here would wait for that.
  const run = (...args: string[]) => start(process.execPath, [script, name, ...before, waits, ...args]);

  test.each(["SIGTERM", "SIGINT", "SIGHUP"] as const)(
    "passes %s on and ends with the child's exit code",
    async (signal) => {
      const { child, exited, says } = run(signal);
      expect(await says(/ready (\w+)/)).toMatchObject({ 1: name });
      child.kill(signal);
      expect(await exited).toBe(7);
    },
  );

  test("passes on a signal that comes before it knows it has a child", async () => {
    // The child is up, and seen, while the call that started it has not returned.
    const late = `import processes from "node:child_process"; import { syncBuiltinESMExports } from "node:module";
const { spawn } = processes;
processes.spawn = (...args) => {
  const child = spawn(...args);
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1000);
  return child;
};
syncBuiltinESMExports();`;
    const slow = ["--import", `data:text/javascript,${encodeURIComponent(late)}`];
    const { child, exited, says } = start(process.execPath, [...slow, script, name, ...before, waits, "SIGINT"]);
    await says(/ready/);
    child.kill("SIGINT");
    expect(await exited).toBe(7);
  });

  test("ends by the signal that ended the child", async () => {
    const { child, exited, says } = run("SIGHUP");
    await says(/ready/);
    child.kill("SIGTERM");
    expect(await exited).toBe("SIGTERM");
  });

  test("leaves stdout to the child", async () => {
    const { child, exited, says, said } = run("SIGTERM");
    await says(/ready/);
    child.kill("SIGTERM");
    await exited;
    expect(said()).toEqual({ stdout: `ready ${name}\n`, stderr: "" });
  });
});

describe("scripts/with-runtime.mjs", () => {
  // A tree like ours, with no runtime installed in it, and a PATH on which there is nothing but what we put there.
  const tree = join(folder, "tree");
  const path = join(folder, "bin");
  mkdirSync(join(tree, "test/runtimes"), { recursive: true });
  mkdirSync(path);
  cpSync(join(root, "scripts"), join(tree, "scripts"), { recursive: true });
  const copy = (...args: string[]) =>
    start(process.execPath, [join(tree, "scripts/with-runtime.mjs"), ...args], { env: { PATH: path } });
  const put = (file: string, text: string): void => {
    mkdirSync(join(file, ".."), { recursive: true });
    writeFileSync(file, `#!/bin/sh\n${text}\n`);
    chmodSync(file, 0o755);
  };

  test("takes the one on PATH, installs the tested ones where there is none, and prefers the tested one", async () => {
    put(join(path, "deno"), 'echo "on PATH: $*"');
    const onPath = copy("deno", "run", "main.ts");
    expect(await onPath.exited).toBe(0);
    expect(onPath.said().stdout).toBe("on PATH: run main.ts\n");

    const pinned = join(tree, "test/runtimes/node_modules/bun/bin/bun.exe");
    put(join(folder, "bun"), 'echo "pinned: $*"; exit 3');
    put(
      join(path, "npm"),
      `echo "npm $1"; /bin/mkdir -p ${join(pinned, "..")}; /bin/cp ${join(folder, "bun")} ${pinned}`,
    );
    const installed = copy("bun", "main.ts");
    expect(await installed.exited).toBe(3);
    expect(installed.said().stdout).toBe("pinned: main.ts\n");
    expect(installed.said().stderr).toContain("npm ci");

    put(join(path, "bun"), "exit 1");
    put(join(path, "npm"), "exit 1");
    expect(await copy("bun").exited).toBe(3);
  });

  test("says what is wrong in one line", async () => {
    const unknown = copy("node");
    expect(await unknown.exited).toBe(1);
    expect(unknown.said()).toEqual({ stdout: "", stderr: 'Cannot run "node": name a runtime, deno or bun\n' });
  });
});
