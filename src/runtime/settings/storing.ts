import * as v from "valibot";
import { defaultLimits } from "../../actors/wire/mod.ts";
import { optional, type SettingsOf, whole } from "./setting.ts";

/** Where a Redis is, with user and password where there are any. */
export type RedisUrl = `redis://${string}` | `rediss://${string}`;

/** Whether a text says where a Redis is. */
export function isRedisUrl(text: unknown): text is RedisUrl {
  return typeof text === "string" && /^rediss?:\/\/[^/]/.test(text) && URL.canParse(text);
}

/** A folder for files, named so that it can be taken for nothing else. */
export type FilesFolder = `/${string}` | `.${string}`;

function isFolder(text: unknown): text is FilesFolder {
  return typeof text === "string" && /^(?:\/|\.\.?(?:\/|$)|[A-Za-z]:[\\/])/.test(text);
}

/** Where messages are kept. */
export interface Storing {
  readonly data: string;
  readonly log: "sqlite" | "memory" | RedisUrl;
  readonly redisPrefix: string;
  readonly redisCa: string | undefined;
  readonly durability: "power" | "process";
  readonly roomEntries: number;
  readonly roomDays: number;
  readonly roomMiB: number;
  readonly totalMiB: number;
  /** A folder: there, wherever messages are kept. */
  readonly files: "on" | "off" | FilesFolder;
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
    takes: "sqlite, memory, or the URL of a Redis (redis:// or rediss://), itself or @FILE",
    meaning:
      "where messages are kept: on the disk, in memory, which is gone with the process, or on a Redis that many nodes share; a password in the flag shows in the list of processes",
    schema: v.union([v.picklist(["sqlite", "memory"]), v.custom<RedisUrl>(isRedisUrl)]) as v.GenericSchema<
      string,
      Storing["log"]
    >,
    // It may have a password in it, which is not to be repeated.
    file: "allowed",
  },
  redisPrefix: {
    variable: "GREENROOM_REDIS_PREFIX",
    flag: "--redis-prefix",
    default: "greenroom:",
    takes: "a text of 1 to 64 letters, digits and . _ : -",
    meaning: "what every name on a Redis begins with: nodes that share it share their rooms",
    schema: v.pipe(v.string(), v.regex(/^[\w.:-]{1,64}$/)),
  },
  redisCa: {
    variable: "GREENROOM_REDIS_CA",
    flag: "--redis-ca",
    default: "",
    takes: "certificates as PEM, or @FILE",
    meaning: "what the certificate of a Redis with TLS must go back to, where that is none the system trusts",
    schema: optional(v.pipe(v.string(), v.includes("-----BEGIN CERTIFICATE-----"))),
    file: "allowed",
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
    takes: "on, off, or a folder that begins with / or .",
    meaning:
      "whether messages may carry files: kept beside them, or in a folder; with Redis in a folder only, which all nodes share",
    schema: v.union([v.picklist(["on", "off"]), v.custom<FilesFolder>(isFolder)]) as v.GenericSchema<
      string,
      Storing["files"]
    >,
  },
  filesMiB: {
    variable: "GREENROOM_FILES_MIB",
    flag: "--files-mib",
    default: String(defaultLimits.totalFileBytes / MIB),
    ...mebibytes,
    meaning: "how much all files on the disk may take; past it, new ones are refused",
  },
};
