import type { Ack, ErrorEvent } from "../wire/mod.ts";

/** What became of the message that was to name a file. */
export type Naming = "named" | "unnamed" | "unknown";

/** What became of it by what its room answers. */
export function namingOf(answer: Ack | ErrorEvent): Naming {
  if (answer.type === "ack") return answer.duplicate === true ? "unnamed" : "named";
  return answer.unknown === true ? "unknown" : "unnamed";
}
