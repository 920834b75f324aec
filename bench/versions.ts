import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { release, type } from "node:os";
import { binaryOf } from "../test/matrix/targets.ts";

/** What everything ran on, in one line. */
export function versions(): string {
  const runtimes = (["driver", "deno", "bun"] as const).map((runtime) => {
    const { stdout } = spawnSync(binaryOf(runtime), ["--version"], { encoding: "utf8" });
    const name = runtime === "driver" ? "Node" : runtime === "deno" ? "Deno" : "Bun";
    return `${name} ${/\d+\.\d+\.\d+/.exec(stdout)?.[0]}`;
  });
  const peers = ["nact", "xstate"].map((name) => `${name} ${versionIn("peers/package.json", name)}`);
  const ws = `ws ${JSON.parse(read("../node_modules/ws/package.json")).version}`;
  return [`${type()} ${release()}`, ...runtimes, ws, ...peers].join(", ");
}

function versionIn(file: string, name: string): string {
  return String(JSON.parse(read(file)).dependencies[name]);
}

function read(path: string): string {
  return readFileSync(new URL(path, import.meta.url), "utf8");
}
