import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import process from "node:process";
import { type Browser, chromium } from "playwright-core";
import { overheard } from "./overheard.ts";

const names = ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome"];

/**
 * Starts the machine's Chromium: the one that `GREENROOM_CHROMIUM` names, else the first on PATH. What its profiles let others
 * see is looked through for secrets as they are closed.
 *
 * @throws {Error} where there is none: a missing browser is a failure, and no skip.
 */
export function launch(): Promise<Browser> {
  const started = chromium.launch({ executablePath: found(), args: ["--no-sandbox", "--disable-dev-shm-usage"] });
  return started.then(overheard);
}

function found(): string {
  const folders = (process.env.PATH ?? "").split(delimiter);
  const paths = names.flatMap((name) => folders.map((folder) => join(folder, name)));
  const path = [process.env.GREENROOM_CHROMIUM ?? "", ...paths].find(isExecutable);
  if (path !== undefined) return path;
  const how = "`apt-get install chromium`, or name another in GREENROOM_CHROMIUM";
  throw new Error(`Cannot test the page: there is no Chromium on this machine; ${how}`);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return path !== "";
  } catch {
    return false;
  }
}
