/**
 * The client of Greenroom, for browsers, Node, Deno and Bun: a connection that mends itself, and rooms that neither lose nor
 * double a message.
 *
 * @module
 */

export type {
  Announced,
  Attachment,
  Entry,
  ErrorCode,
  ErrorEvent,
  Grant,
  Joined,
  Json,
  Kicked,
  Message,
  Presence,
  Redacted,
  Reset,
  RoomCount,
  Sender,
  SignalEvent,
  State,
  Tombstone,
  User,
  Values,
  Welcome,
} from "../actors/wire/mod.ts";
export type { Client } from "./client.ts";
export type { ClientEvents, ClientState, ClientStatus } from "./client-state.ts";
export { connect } from "./connect.ts";
export type { Address, ConnectOptions, TokenSource } from "./options.ts";
export type {
  ClientClock,
  ClientPorts,
  ClientSocket,
  ClientSocketClass,
  SocketEvent,
} from "./ports.ts";
export { Refusal } from "./refusal.ts";
export type { Room } from "./room.ts";
export type {
  FailureCode,
  RoomEvent,
  RoomEvents,
  RoomState,
  RoomStatus,
  SendFailure,
  Sending,
  ShownMessage,
} from "./room-state.ts";
