import type { Limit } from "./limit.ts";

/** The names of the amounts. */
export type AmountName =
  | "historyEntries"
  | "historyDefaultEntries"
  | "joinedMembers"
  | "pageEntries"
  | "stateKeys"
  | "stateRoomBytes"
  | "roomsPerConnection"
  | "presenceLimit"
  | "sanctionsPerRoom"
  | "revocations"
  | "auditedDeeds"
  | "uploadFrameBytes"
  | "fileBytes"
  | "roomFileBytes"
  | "totalFileBytes"
  | "uploads"
  | "uploadsPerUser"
  | "uploadsPerAddress"
  | "memoryFileBytes"
  | "outboxBytes"
  | "outboxTotalBytes"
  | "connections"
  | "stashCommands"
  | "stashBytes"
  | "mailboxMessages"
  | "mailboxBytes"
  | "memoryRoomEntries"
  | "memoryRoomBytes"
  | "memoryTotalBytes"
  | "durableRoomEntries"
  | "durableRoomBytes"
  | "durableTotalBytes";

/** How many of a thing one answer, room or connection may hold. */
export const amounts: Readonly<Record<AmountName, Limit>> = {
  historyEntries: { value: 200, unit: "entries", meaning: "the entries of one joined or history", past: "bad_command" },
  historyDefaultEntries: {
    value: 50,
    unit: "entries",
    meaning: "the entries of a joined whose join did not say how many",
    past: "none",
  },
  joinedMembers: {
    value: 100,
    unit: "members",
    meaning: "the members that a joined lists",
    past: "the others by the members command",
  },
  pageEntries: { value: 200, unit: "items", meaning: "one page of members or rooms", past: "bad_command" },
  stateKeys: { value: 100, unit: "keys", meaning: "the keys of a room's state", past: "bad_command" },
  stateRoomBytes: { value: 65_536, unit: "bytes", meaning: "a room's state, as JSON in UTF-8", past: "bad_command" },
  roomsPerConnection: {
    value: 100,
    unit: "rooms",
    meaning: "the rooms that one connection has joined",
    past: "room_full",
  },
  presenceLimit: {
    value: 500,
    unit: "members",
    meaning: "the members up to which presence sends diffs",
    past: "counts alone",
  },
  sanctionsPerRoom: {
    value: 1_000,
    unit: "sanctions",
    meaning: "the kicks, bans and mutes that are in force in a room, and its policy",
    past: "overloaded",
  },
  revocations: {
    value: 100_000,
    unit: "revocations",
    meaning: "the users and tokens that are revoked",
    past: "503",
  },
  auditedDeeds: { value: 10_000, unit: "deeds", meaning: "what the audit log keeps", past: "the oldest are forgotten" },
  uploadFrameBytes: {
    value: 65_536,
    unit: "bytes",
    meaning: "one binary frame of an upload",
    past: "too_large, cancelled",
  },
  fileBytes: { value: 10_485_760, unit: "bytes", meaning: "one file", past: "too_large" },
  roomFileBytes: { value: 1_073_741_824, unit: "bytes", meaning: "the files stored for one room", past: "too_large" },
  totalFileBytes: {
    value: 8_589_934_592,
    unit: "bytes",
    meaning: "all files together, wherever they are kept",
    past: "unavailable, until some have gone with their messages",
  },
  uploads: { value: 256, unit: "uploads", meaning: "the uploads under way at once", past: "overloaded" },
  uploadsPerUser: { value: 8, unit: "uploads", meaning: "the uploads of one user at once", past: "overloaded" },
  uploadsPerAddress: {
    value: 32,
    unit: "uploads",
    meaning: "the uploads at once of all guests behind one address",
    past: "overloaded",
  },
  memoryFileBytes: {
    value: 268_435_456,
    unit: "bytes",
    meaning: "all files that are kept in memory",
    past: "unavailable",
  },
  outboxBytes: {
    value: 1_048_576,
    unit: "bytes",
    meaning: "what waits to be sent on one connection, with what the runtime holds",
    past: "the cursor lags; then close 1013",
  },
  outboxTotalBytes: {
    value: 268_435_456,
    unit: "bytes",
    meaning: "what waits to be sent on all connections; set from memory where it is known",
    past: "the largest laggards are closed with 1013",
  },
  connections: {
    value: 20_000,
    unit: "connections",
    meaning: "the open connections; set from memory where it is known",
    past: "503 + Retry-After",
  },
  stashCommands: {
    value: 256,
    unit: "commands",
    meaning: "the commands that wait behind a pending auth or join",
    past: "overloaded",
  },
  stashBytes: {
    value: 262_144,
    unit: "bytes",
    meaning: "the commands that wait behind a pending auth or join",
    past: "overloaded",
  },
  mailboxMessages: {
    value: 1_024,
    unit: "messages",
    meaning: "the user lane of one mailbox",
    past: "overloaded; the connection is paused where the runtime can, else closed",
  },
  mailboxBytes: {
    value: 1_048_576,
    unit: "bytes",
    meaning: "the user lane of one mailbox",
    past: "overloaded; the connection is paused where the runtime can, else closed",
  },
  memoryRoomEntries: {
    value: 50_000,
    unit: "entries",
    meaning: "a room's log in memory",
    past: "the oldest are trimmed",
  },
  memoryRoomBytes: {
    value: 33_554_432,
    unit: "bytes",
    meaning: "a room's log in memory",
    past: "the oldest are trimmed",
  },
  memoryTotalBytes: {
    value: 536_870_912,
    unit: "bytes",
    meaning: "all logs in memory",
    past: "trimmed, least recently used room first",
  },
  durableRoomEntries: {
    value: 1_000_000,
    unit: "entries",
    meaning: "a room's durable log",
    past: "the oldest are trimmed",
  },
  durableRoomBytes: {
    value: 1_073_741_824,
    unit: "bytes",
    meaning: "a room's durable log",
    past: "the oldest are trimmed",
  },
  durableTotalBytes: {
    value: 17_179_869_184,
    unit: "bytes",
    meaning: "all durable logs and records together",
    past: "unavailable, until something was trimmed or redacted",
  },
};
