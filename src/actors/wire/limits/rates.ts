import type { Limit } from "./limit.ts";

/** The names of the rates. */
export type RateName =
  | "commandsPerSecond"
  | "commandBurst"
  | "messagesPerUserPerMinute"
  | "messagesPerRoomPerSecond"
  | "messagesPerGuestAddressPerMinute"
  | "roomsPerGuestAddressPerMinute"
  | "upgradesPerAddressPerMinute"
  | "upgradeBurst"
  | "connectionsPerAddress"
  | "echoMessagesPerSecond"
  | "echoBurst";

/** How often a thing may be done. */
export const rates: Readonly<Record<RateName, Limit>> = {
  commandsPerSecond: {
    value: 20,
    unit: "commands a second",
    meaning: "what refills a connection's bucket",
    past: "rate_limited; on and on: close 4429",
  },
  commandBurst: {
    value: 60,
    unit: "commands",
    meaning: "what a connection's bucket holds",
    past: "rate_limited; on and on: close 4429",
  },
  messagesPerUserPerMinute: {
    value: 100,
    unit: "messages a minute",
    meaning: "the messages of one user over all connections",
    past: "rate_limited",
  },
  messagesPerRoomPerSecond: {
    value: 500,
    unit: "messages a second",
    meaning: "the messages of one room",
    past: "rate_limited",
  },
  messagesPerGuestAddressPerMinute: {
    value: 300,
    unit: "messages a minute",
    meaning: "the messages of all guests behind one address",
    past: "rate_limited",
  },
  roomsPerGuestAddressPerMinute: {
    value: 20,
    unit: "rooms a minute",
    meaning: "the rooms that guests behind one address have opened: new ones, and those at rest",
    past: "rate_limited",
  },
  upgradesPerAddressPerMinute: {
    value: 60,
    unit: "upgrades a minute",
    meaning: "what refills the bucket of upgrades of one address, for guests and the unauthenticated",
    past: "429 + Retry-After",
  },
  upgradeBurst: {
    value: 300,
    unit: "upgrades",
    meaning: "what the bucket of upgrades of one address holds",
    past: "429 + Retry-After",
  },
  connectionsPerAddress: {
    value: 500,
    unit: "connections",
    meaning: "the open connections of guests and the unauthenticated behind one address",
    past: "429 + Retry-After",
  },
  echoMessagesPerSecond: {
    value: 100,
    unit: "messages a second",
    meaning: "what refills the bucket of a connection to /echo",
    past: "said back later; on and on: close 4429",
  },
  echoBurst: {
    value: 300,
    unit: "messages",
    meaning: "what the bucket of a connection to /echo holds",
    past: "said back later; on and on: close 4429",
  },
};
