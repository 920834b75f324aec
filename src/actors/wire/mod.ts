export {
  type Announced,
  type AnnouncedName,
  announced,
  type Durability,
  durabilities,
  isAnnounced,
} from "./announced.ts";
export { type CloseCode, type CloseName, closeCodes, comesBack, sendable } from "./close.ts";
export {
  type Accepted,
  type Decoded,
  type DecodeOptions,
  decode,
  encode,
  encodeWelcome,
  type Format,
  type Rejected,
  type TooBig,
} from "./codec.ts";
export {
  type Auth,
  type AuthorityCommand,
  type Ban,
  type Kick,
  type Mute,
  type Policy,
  type Redact,
  reason,
  type Sanction,
  seconds,
  slow,
  type Unban,
  type Unmute,
} from "./commands/authority.ts";
export type { Cancel, Download, FileCommand, Upload } from "./commands/files.ts";
export type { History, Members, Ping, QueryCommand, RoomsQuery } from "./commands/queries.ts";
export type { Join, Leave, Position, PublishMessage, SetState, Signal, TalkCommand } from "./commands/talk.ts";
export {
  type Command,
  type CommandSchemas,
  type CommandType,
  commandSchemas,
  commandSchemasFor,
  commandTypes,
} from "./commands.ts";
export {
  type AudienceEvent,
  type Grant,
  grants,
  type Joined,
  type Kicked,
  type Left,
  type Presence,
} from "./events/audience.ts";
export type { ConnectionEvent, Draining, Expiring, Pong, User, Welcome } from "./events/connection.ts";
export type { DeliveryEvent, Lagged, Live, Reset, SignalEvent, State, Values } from "./events/delivery.ts";
export type { Attachment, Entry, Message, Redacted, Sender, Tombstone } from "./events/entries.ts";
export { type ErrorCode, type ErrorEvent, errorCodes } from "./events/error.ts";
export type {
  Ack,
  FileEvent,
  HistoryEvent,
  MembersEvent,
  Progress,
  Ready,
  ReplyEvent,
  RoomCount,
  RoomsEvent,
} from "./events/replies.ts";
export { type EventType, eventSchemas, type RoomEvent, type ServerEvent } from "./events.ts";
export { Frames } from "./frame.ts";
export { fitsBytes, fitsJson, type Json, type JsonBounds } from "./json.ts";
export { defaultLimits, type Limit, type LimitName, type Limits, limits } from "./limits.ts";
export { misfitsOf, type Saying } from "./misfits.ts";
export {
  type CommandId,
  commandId,
  content,
  DEFAULT_ROOM,
  data,
  epoch,
  guestName,
  isCommandId,
  isGuestName,
  isRoomName,
  key,
  roomName,
  roomPrefix,
  seq,
  userId,
} from "./names.ts";
export { type Asked, parseTarget, paths, type RoomsTarget, type Target } from "./paths.ts";
export type { Schema } from "./schema.ts";
export { type Negotiated, negotiate, type Refused, type Subprotocol, subprotocols } from "./subprotocol.ts";
export { fitsUtf8, utf8Bytes } from "./utf8.ts";
