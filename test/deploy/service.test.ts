import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { afterAll, describe, expect, test } from "vitest";
import { readConfig } from "../../src/runtime/config.ts";
import { root } from "../matrix/targets.ts";

const unit = readFileSync(`${root}docs/deploy/greenroom.service`, "utf8");
const folder = mkdtempSync(join(tmpdir(), "greenroom-unit-"));
afterAll(() => rmSync(folder, { recursive: true }));

function valuesOf(name: string): readonly string[] {
  return [...unit.matchAll(new RegExp(`^${name}=(.*)$`, "gm"))].map(([, value]) => value as string);
}

/** What systemd says of the unit, with a Node that this machine has. */
function analyzed(...args: readonly string[]): { readonly status: number | null; readonly said: string } {
  const file = join(folder, "greenroom.service");
  writeFileSync(file, unit.replace("/usr/bin/node", process.execPath));
  const { error, status, stdout, stderr } = spawnSync("systemd-analyze", [...args, file], { encoding: "utf8" });
  if (error !== undefined) {
    const how = "`apt-get install systemd`";
    const text = `Cannot check greenroom.service: systemd-analyze is not installed on this machine; ${how}`;
    throw new Error(text, { cause: error });
  }
  return { status, said: stdout + stderr };
}

describe("docs/deploy/greenroom.service", () => {
  test("is a unit that systemd takes, without a warning", () => {
    expect(analyzed("verify", "--man=no")).toEqual({ status: 0, said: "" });
  });

  test("has an exposure of at most 2 of 10", () => {
    expect(analyzed("security", "--offline=true", "--threshold=20")).toMatchObject({ status: 0 });
  });

  test("has settings that the server takes, with its secret in a file", () => {
    writeFileSync(join(folder, "jwt-secret"), "0123456789".repeat(4));
    const pairs = valuesOf("Environment").flatMap((line) => line.replaceAll("%d", folder).split(" "));
    const env = Object.fromEntries(pairs.map((pair) => pair.split(/=(.*)/s, 2)));
    expect(readConfig([], env)).toMatchObject({
      type: "run",
      config: { guests: "off", jwtSecret: "0123456789".repeat(4), trustedProxies: ["127.0.0.1", "::1"] },
    });
    expect(valuesOf("LoadCredential")).toEqual([expect.stringMatching(/^jwt-secret:/)]);
  });

  test("waits longer than a drain takes, and does not start again what settings keep from starting", () => {
    const asked = readConfig([], {});
    const drainMs = asked.type === "run" ? asked.config.drainMs : 0;
    expect(Number(valuesOf("TimeoutStopSec")[0]) * 1_000).toBeGreaterThan(drainMs + 1_000);
    expect(valuesOf("RestartPreventExitStatus")).toEqual(["2"]);
  });
});
