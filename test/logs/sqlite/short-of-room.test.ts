import { execFileSync, spawnSync } from "node:child_process";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "./opened.ts";

const script = fileURLToPath(new URL("./short-of-room.ts", import.meta.url));
const runtime = [process.execPath, ...("Deno" in globalThis ? ["run", "-A"] : [])];

interface Report {
  readonly first: { readonly type: string; readonly reason?: string };
  readonly after: string;
  readonly again: readonly string[];
  readonly put: string;
  readonly seq: number;
  readonly meanwhile: number;
  readonly acknowledged: number;
  readonly refused: number;
  readonly unknown: number;
  readonly wrong: readonly unknown[];
  readonly heard: readonly string[];
}

/** Runs the script through a shell that prepares the ground. */
function run(prepare: string, how: string, before: readonly string[] = []): Report {
  const folder = temporaryFolder();
  const [command, ...args] = [...before, "sh", "-c", `${prepare}; exec "$@"`, folder, ...runtime, script, how, folder];
  const said = execFileSync(command as string, args, {
    encoding: "utf8",
    timeout: 60_000,
    stdio: ["ignore", "pipe", "inherit"],
  });
  return JSON.parse(said.trim().split("\n").at(-1) ?? "") as Report;
}

function expectRecovery(report: Report): void {
  expect(report.wrong).toEqual([]);
  expect(report.meanwhile).toBeGreaterThanOrEqual(50);
  expect(report.put).toContain("Cannot write");
  expect(report.after).toBe("appended");
  expect(new Set(report.again)).toEqual(new Set(["appended"]));
  expect(report.heard).toEqual(["unavailable", "available"]);
}

describe("a log without room", () => {
  it("on a full disk takes nothing, says so, is read from, and goes on by itself once there is room", () => {
    const own = ["unshare", "--mount", "--map-root-user"];
    // A file system of a few megabytes takes a mount namespace of one's own; where there is none, a bound on files' sizes.
    const mounts =
      spawnSync(own[0] ?? "", [...own.slice(1), "mount", "-t", "tmpfs", "none", temporaryFolder()]).status === 0;
    const report = mounts ? run('mount -t tmpfs -o size=24m none "$0"', "disk", own) : run("trap '' XFSZ", "size");
    expect(report.first).toEqual({ type: "refused", reason: "unavailable" });
    expect(report.unknown).toBe(0);
    expectRecovery(report);
  }, 90_000);

  it("whose writes fail answers nothing that is false, is read from, and goes on by itself once they succeed", () => {
    const report = run("trap '' XFSZ", "size");
    expect(report.refused + report.unknown).toBeGreaterThan(20);
    expectRecovery(report);
  }, 90_000);
});
