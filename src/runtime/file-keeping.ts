import { join } from "node:path";
import type { GreenroomOptions } from "../greenroom.ts";
import { DiskBlobs } from "../logs/disk-blobs.ts";
import type { Config } from "./config.ts";
import { isRedisUrl } from "./settings/storing.ts";

/**
 * Where the bytes of files are kept: beside a log on disk, in memory beside one in memory, or nowhere; so with a log that
 * nodes share, since they have no place in common for them.
 */
export function fileKeeping({
  files,
  log,
  data,
}: Pick<Config, "files" | "log" | "data">): Pick<GreenroomOptions, "blobs"> {
  if (files === "off" || isRedisUrl(log)) return { blobs: false };
  return log === "memory" ? {} : { blobs: new DiskBlobs(join(data, "files")) };
}
