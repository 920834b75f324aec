import type { Limit } from "./limit.ts";

/** The names of the times. */
export type TimeName =
  | "handshakeMs"
  | "authTimeoutMs"
  | "expiringMs"
  | "ticketMs"
  | "heartbeatMs"
  | "deadAfterMs"
  | "presenceIntervalMs"
  | "presenceGraceMs"
  | "stateIntervalMs"
  | "uploadIdleMs"
  | "roomIdleMs"
  | "drainMs"
  | "durableRoomMs";

/** How long a thing may take, or how often it comes. */
export const times: Readonly<Record<TimeName, Limit>> = {
  handshakeMs: {
    value: 10_000,
    unit: "ms",
    meaning: "an unfinished handshake, where the runtime can bound it",
    past: "the socket is closed",
  },
  authTimeoutMs: { value: 5_000, unit: "ms", meaning: "an unauthenticated connection", past: "close 4401" },
  expiringMs: {
    value: 60_000,
    unit: "ms",
    meaning: "how far ahead expiring announces the end of the credentials",
    past: "close 4401 at the end",
  },
  ticketMs: { value: 30_000, unit: "ms", meaning: "a ticket that was not used", past: "401" },
  heartbeatMs: { value: 25_000, unit: "ms", meaning: "the quiet after which the server pings", past: "none" },
  deadAfterMs: {
    value: 30_000,
    unit: "ms",
    meaning: "the silence of a peer that counts as its death",
    past: "close 4408",
  },
  presenceIntervalMs: {
    value: 250,
    unit: "ms",
    meaning: "what lies at least between two presence events of a room",
    past: "gathered into the next",
  },
  presenceGraceMs: {
    value: 5_000,
    unit: "ms",
    meaning: "how long a user stays a member after the last connection dropped",
    past: "the user has left",
  },
  stateIntervalMs: {
    value: 1_000,
    unit: "ms",
    meaning: "what lies at least between two state events of a room",
    past: "the newest value per key is sent",
  },
  uploadIdleMs: { value: 30_000, unit: "ms", meaning: "an upload without progress", past: "cancelled" },
  roomIdleMs: {
    value: 300_000,
    unit: "ms",
    meaning: "a room without members or messages",
    past: "passivated; nothing is lost",
  },
  drainMs: { value: 10_000, unit: "ms", meaning: "an orderly end", past: "what is still open is cut" },
  durableRoomMs: { value: 2_592_000_000, unit: "ms", meaning: "the age of an entry in a durable log", past: "trimmed" },
};
