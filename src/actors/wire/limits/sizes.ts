import type { Limit } from "./limit.ts";

/** The names of the sizes. */
export type SizeName =
  | "handshakeHeaderBytes"
  | "handshakeHeaders"
  | "commandBytes"
  | "anonymousCommandBytes"
  | "batchBytes"
  | "batchCommands"
  | "fragments"
  | "eventBytes"
  | "conformanceBytes"
  | "conformanceFragments"
  | "roomUnits"
  | "guestNameUnits"
  | "userUnits"
  | "keyUnits"
  | "contentUnits"
  | "dataBytes"
  | "dataLevels"
  | "stateValueBytes";

/** What one frame and one field may measure. */
export const sizes: Readonly<Record<SizeName, Limit>> = {
  handshakeHeaderBytes: { value: 16_384, unit: "bytes", meaning: "all headers of a handshake together", past: "431" },
  handshakeHeaders: { value: 100, unit: "headers", meaning: "the headers of a handshake", past: "431" },
  commandBytes: { value: 65_536, unit: "bytes", meaning: "one command", past: "close 1009" },
  anonymousCommandBytes: {
    value: 4_096,
    unit: "bytes",
    meaning: "one message before authentication",
    past: "close 1009",
  },
  batchBytes: { value: 262_144, unit: "bytes", meaning: "one batch frame from the client", past: "close 1009" },
  batchCommands: { value: 256, unit: "commands", meaning: "the commands of one batch frame", past: "close 1009" },
  fragments: {
    value: 1_024,
    unit: "fragments",
    meaning: "the fragments of one message, where the runtime can count them",
    past: "close 1009",
  },
  eventBytes: {
    value: 262_144,
    unit: "bytes",
    meaning: "one frame from the server",
    past: "the rest follows in further frames",
  },
  conformanceBytes: {
    value: 16_777_216,
    unit: "bytes",
    meaning: "one message on /echo in conformance mode",
    past: "close 1009",
  },
  conformanceFragments: {
    value: 131_072,
    unit: "fragments",
    meaning: "the fragments of one message on /echo in conformance mode",
    past: "close 1009",
  },
  roomUnits: { value: 64, unit: "UTF-16 units", meaning: "a room's name; part of the protocol", past: "bad_command" },
  guestNameUnits: {
    value: 20,
    unit: "UTF-16 units",
    meaning: "a guest's name; part of the protocol",
    past: "bad_command",
  },
  userUnits: { value: 128, unit: "UTF-16 units", meaning: "a user's id; part of the protocol", past: "bad_command" },
  keyUnits: {
    value: 64,
    unit: "UTF-16 units",
    meaning: "an id, a key or an epoch; part of the protocol",
    past: "bad_command",
  },
  contentUnits: { value: 1_000, unit: "UTF-16 units", meaning: "the content of a message", past: "bad_command" },
  dataBytes: {
    value: 16_384,
    unit: "bytes",
    meaning: "the data of a message or signal, as JSON in UTF-8",
    past: "bad_command",
  },
  dataLevels: {
    value: 32,
    unit: "levels",
    meaning: "arrays and objects in each other, in data and in state values",
    past: "bad_command",
  },
  stateValueBytes: {
    value: 4_096,
    unit: "bytes",
    meaning: "one value of a room's state, as JSON in UTF-8",
    past: "bad_command",
  },
};
