import type { CommandType } from "../wire/mod.ts";

/** The commands that are done here. */
export const served: ReadonlySet<CommandType> = new Set<CommandType>([
  "join",
  "leave",
  "message",
  "signal",
  "history",
  "members",
  "upload",
  "download",
  "cancel",
  "set",
  "rooms",
  "ping",
  "redact",
  "kick",
  "ban",
  "unban",
  "mute",
  "unmute",
  "policy",
  "auth",
]);

const aboutFiles: ReadonlySet<CommandType> = new Set<CommandType>(["upload", "download", "cancel"]);

/** The commands that are done where no files are kept. */
export const servedWithoutFiles: ReadonlySet<CommandType> = new Set(
  [...served].filter((type) => !aboutFiles.has(type)),
);
