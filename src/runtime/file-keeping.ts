import { accessSync, constants, existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import type { GreenroomOptions } from "../greenroom.ts";
import { DiskBlobs } from "../logs/disk-blobs.ts";
import type { Config } from "./config.ts";
import { isRedisUrl } from "./settings/storing.ts";

/**
 * Where the bytes of files are kept: in a folder that the settings name, which nodes may share; else beside a log on disk,
 * in memory beside one in memory, and nowhere with a log that nodes share, since they have no place in common for them.
 *
 * @throws {Error} with one line that names GREENROOM_FILES, where that folder cannot be written to.
 */
export function fileKeeping({
  files,
  log,
  data,
}: Pick<Config, "files" | "log" | "data">): Pick<GreenroomOptions, "blobs"> {
  if (files !== "on" && files !== "off") return { blobs: blobsIn(files) };
  if (files === "off" || isRedisUrl(log)) return { blobs: false };
  return log === "memory" ? {} : { blobs: new DiskBlobs(join(data, "files")) };
}

function blobsIn(folder: string): DiskBlobs {
  try {
    // Not what is above it: where that is missing, what should be mounted there is.
    if (!existsSync(folder)) mkdirSync(folder);
    accessSync(folder, constants.W_OK);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new Error(`Cannot use GREENROOM_FILES ${folder}: ${why}`, { cause: error });
  }
  return new DiskBlobs(folder);
}
