import * as v from "valibot";
import { defaultLimits } from "../../actors/wire/mod.ts";
import { type SettingsOf, whole } from "./setting.ts";

/** Where messages are kept. */
export interface Storing {
  readonly data: string;
  readonly log: "sqlite" | "memory";
  readonly durability: "power" | "process";
  readonly roomEntries: number;
  readonly roomDays: number;
  readonly roomMiB: number;
  readonly totalMiB: number;
  readonly files: "on" | "off";
  readonly filesMiB: number;
}

const DAY_MS = 86_400_000;
const MIB = 1024 ** 2;

const mebibytes = { takes: "a whole number of MiB, 1 to 1048576", schema: whole(1, 1_048_576) };

/** The settings of where messages are kept. */
export const storing: SettingsOf<Storing> = {
  data: {
    variable: "GREENROOM_DATA",
    flag: "--data",
    default: "./data",
    takes: "a folder",
    meaning: "where what is to last is kept; made where there is none",
    schema: v.pipe(v.string(), v.nonEmpty()),
  },
  log: {
    variable: "GREENROOM_LOG",
    flag: "--log",
    default: "sqlite",
    takes: "sqlite or memory",
    meaning: "where messages are kept: on the disk, or in memory, which is gone with the process",
    schema: v.picklist(["sqlite", "memory"]),
  },
  durability: {
    variable: "GREENROOM_DURABILITY",
    flag: "--durability",
    default: "power",
    takes: "power or process",
    meaning: "what an acknowledged message on the disk survives: a power cut, or a killed process only",
    schema: v.picklist(["power", "process"]),
  },
  roomEntries: {
    variable: "GREENROOM_ROOM_ENTRIES",
    flag: "--room-entries",
    default: String(defaultLimits.durableRoomEntries),
    takes: "a whole number, 1 to 9999999999",
    meaning: "how many messages of a room are kept on the disk",
    schema: whole(1, 9_999_999_999),
  },
  roomDays: {
    variable: "GREENROOM_ROOM_DAYS",
    flag: "--room-days",
    default: String(defaultLimits.durableRoomMs / DAY_MS),
    takes: "a whole number of days, 1 to 36500",
    meaning: "how long a message is kept on the disk",
    schema: whole(1, 36_500),
  },
  roomMiB: {
    variable: "GREENROOM_ROOM_MIB",
    flag: "--room-mib",
    default: String(defaultLimits.durableRoomBytes / MIB),
    ...mebibytes,
    meaning: "how much of a room's messages is kept on the disk",
  },
  totalMiB: {
    variable: "GREENROOM_TOTAL_MIB",
    flag: "--total-mib",
    default: String(defaultLimits.durableTotalBytes / MIB),
    ...mebibytes,
    meaning: "how much all messages on the disk may take; past it, new ones are refused",
  },
  files: {
    variable: "GREENROOM_FILES",
    flag: "--files",
    default: "on",
    takes: "on or off",
    meaning: "whether messages may carry files, which are kept beside them",
    schema: v.picklist(["on", "off"]),
  },
  filesMiB: {
    variable: "GREENROOM_FILES_MIB",
    flag: "--files-mib",
    default: String(defaultLimits.totalFileBytes / MIB),
    ...mebibytes,
    meaning: "how much all files on the disk may take; past it, new ones are refused",
  },
};
