import { join } from "node:path";
import type { GreenroomOptions } from "../greenroom.ts";
import { DiskBlobs } from "../logs/disk-blobs.ts";
import type { Config } from "./config.ts";

/** Where the bytes of files are kept: beside a log on disk, in memory beside one in memory, or nowhere. */
export function fileKeeping({
  files,
  log,
  data,
}: Pick<Config, "files" | "log" | "data">): Pick<GreenroomOptions, "blobs"> {
  if (files === "off") return { blobs: false };
  return log === "memory" ? {} : { blobs: new DiskBlobs(join(data, "files")) };
}
