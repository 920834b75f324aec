import type { Limits } from "./limits.ts";
import { DEFAULT_ROOM, guestNamePattern, roomPattern } from "./names.ts";

/** What an acknowledged message survives: nothing, a killed process, or a power cut as well. */
export type Durability = "memory" | "process" | "power";

/** Every durability, from the weakest to the strongest. */
export const durabilities: readonly Durability[] = ["memory", "process", "power"];

const announcedNames = [
  "commandBytes",
  "anonymousCommandBytes",
  "batchBytes",
  "batchCommands",
  "fragments",
  "eventBytes",
  "userUnits",
  "keyUnits",
  "contentUnits",
  "dataBytes",
  "dataLevels",
  "stateKeys",
  "stateValueBytes",
  "stateRoomBytes",
  "historyEntries",
  "historyDefaultEntries",
  "joinedMembers",
  "pageEntries",
  "roomsPerConnection",
  "outboxBytes",
  "commandsPerSecond",
  "commandBurst",
  "messagesPerUserPerMinute",
  "presenceIntervalMs",
  "presenceLimit",
  "presenceGraceMs",
  "stateIntervalMs",
  "authTimeoutMs",
  "heartbeatMs",
  "deadAfterMs",
  "uploadFrameBytes",
  "fileBytes",
  "uploadIdleMs",
] as const;

/** The name of a limit that a client can heed. */
export type AnnouncedName = (typeof announcedNames)[number];

/** What `welcome.limits` carries: the limits a client can heed, what names look like (ECMA-262 patterns), the durability. */
export interface Announced extends Readonly<Record<AnnouncedName, number>> {
  readonly durability: Durability;
  readonly defaultRoom: string;
  readonly roomPattern: string;
  readonly guestNamePattern: string;
}

/** Puts together what `welcome.limits` carries. */
export function announced(limits: Limits, { durability }: { readonly durability: Durability }): Announced {
  const numbers = Object.fromEntries(announcedNames.map((name) => [name, limits[name]])) as Record<
    AnnouncedName,
    number
  >;
  return {
    ...numbers,
    durability,
    defaultRoom: DEFAULT_ROOM,
    roomPattern: roomPattern.source,
    guestNamePattern: guestNamePattern.source,
  };
}

/** Whether a value says all that `welcome.limits` has to. */
export function isAnnounced(value: unknown): value is Announced {
  if (typeof value !== "object" || value === null) return false;
  const said = value as Readonly<Record<string, unknown>>;
  return (
    announcedNames.every((name) => Number.isFinite(said[name])) &&
    durabilities.some((durability) => durability === said["durability"]) &&
    [said["defaultRoom"], said["roomPattern"], said["guestNamePattern"]].every((text) => typeof text === "string")
  );
}
