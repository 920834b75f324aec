// Runs a command on Deno or Bun: `node scripts/with-runtime.mjs deno run -A src/main.ts`.
//
// Takes the version this project is tested with (test/runtimes) if it is installed, else the one on PATH, else it
// installs the former. Signals are passed on, and how the child ended is how this process ends.
import { spawn, spawnSync } from "node:child_process";
import { accessSync, constants } from "node:fs";
import { constants as os } from "node:os";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";

const runtimes = fileURLToPath(new URL("../test/runtimes", import.meta.url));
const suffix = process.platform === "win32" ? ".exe" : "";

// Their own executables, not the JavaScript launchers beside them: those pass no signals on.
const pinned = {
  deno: join(runtimes, "node_modules/deno", `deno${suffix}`),
  bun: join(runtimes, "node_modules/bun/bin/bun.exe"),
};

const [name, ...args] = process.argv.slice(2);
if (name === undefined || !Object.hasOwn(pinned, name)) {
  fail(`Cannot run "${name ?? ""}": name a runtime, ${Object.keys(pinned).join(" or ")}`);
}

run(find() ?? install());

function find() {
  const onPath = (process.env.PATH ?? "").split(delimiter).map((folder) => join(folder, name + suffix));
  return [pinned[name], ...onPath].find(executable);
}

function executable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function install() {
  console.error(`${name} is not installed: fetching the runtimes this project is tested with (once, about 900 MB)`);
  // npm's report goes to stderr: stdout belongs to the server.
  const npm = spawnSync("npm", ["ci", "--prefix", runtimes], {
    stdio: ["ignore", 2, 2],
    shell: process.platform === "win32",
  });
  if (npm.status !== 0) fail(`Cannot install ${name}: npm ci in test/runtimes failed`);
  if (!executable(pinned[name])) fail(`Cannot run ${name}: npm ci left no executable in test/runtimes`);
  return pinned[name];
}

function run(path) {
  // Listened for before there is a child, who may be up and seen before spawn has returned: a signal sent at its first
  // word would else end this process alone.
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
  const child = spawn(path, args, { stdio: "inherit" });
  child.on("error", (error) => fail(`Cannot run ${name}: ${error.message}`));
  child.on("exit", (code, signal) => {
    if (signal === null) process.exit(code ?? 1);
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
    // Only reached where the signal could not end this process too.
    setTimeout(() => process.exit(128 + os.signals[signal]), 100);
  });
}

function fail(message) {
  console.error(message);
  process.exit(1);
}
