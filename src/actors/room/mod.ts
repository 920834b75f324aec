export type { Bus, Subscription } from "./bus.ts";
export type { Cursor } from "./cursor.ts";
export { type Host, type HostMessage, type HostPost, type HostRoom, hosting } from "./host.ts";
export { type JournalMessage, journal, journalMailbox } from "./journal.ts";
export type { Listener, Seat, SeatNews } from "./listener.ts";
export type {
  Attachment,
  Draft,
  Entry,
  Fence,
  Head,
  Outcome,
  Page,
  PageLimit,
  PolicyVersions,
  Range,
  Redaction,
  RoomLog,
  Sender,
  Tail,
} from "./log.ts";
export type {
  Enter,
  LayerCommand,
  Leave,
  ListMembers,
  Proposal,
  Publish,
  Put,
  ReadHistory,
  Request,
  RoomMessage,
  SignalMembers,
} from "./message.ts";
export {
  type Act,
  type Actor,
  AuditTrail,
  Bench,
  type Deed,
  type Moderating,
  type ModerationOptions,
  moderating,
  moderation,
  REVOCATIONS,
  type Redacted,
  Register,
  type Revocation,
  Revocations,
  type Revoke,
  type RevokedKind,
  Revoking,
  type RoomPolicy,
  Rules,
  redact,
  revocationName,
  type Sanction,
  type SanctionKind,
  sanctionKinds,
  topicOf,
  unreadable,
  type Verdict,
  type WardenMessage,
  warden,
} from "./moderation/mod.ts";
export { type Neighbourhood, neighbourhood } from "./presence/neighbourhood.ts";
export { presence } from "./presence.ts";
export { type Rates, rating } from "./rating.ts";
export type { Change, PutOptions, PutOutcome, Records, RecordsPage, Stored, Watch } from "./records.ts";
export { roomRate } from "./room-rate.ts";
export { rooms } from "./rooms.ts";
export { type RoomsMessage, type RoomsPage, roomsMailbox } from "./rooms-message.ts";
export type { AudienceObserver, RoomLayer, RoomScope } from "./scope.ts";
export { state } from "./state.ts";
export type { SetOutcome } from "./state-writes.ts";
