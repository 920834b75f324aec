import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { root } from "./targets.ts";

const folder = `${root}test/runtimes/`;
const stamp = `${folder}node_modules/.lock-sha256`;

/** Brings the matrix's runtimes where they are missing or older than their lockfile: 900 MB, about half a minute. */
export function installRuntimes(): void {
  const wanted = createHash("sha256")
    .update(readFileSync(`${folder}package-lock.json`))
    .digest("hex");
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === wanted) return;
  console.log("Installing the runtimes of the matrix (about 900 MB) …");
  const { status, stdout, stderr } = spawnSync("npm", ["ci", "--no-audit", "--no-fund"], {
    cwd: folder,
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(`Cannot install the runtimes: npm ci exited with ${status}\n${stdout}${stderr}`);
  writeFileSync(stamp, wanted);
}
