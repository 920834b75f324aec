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
  ReadHistory,
  Request,
  RoomMessage,
  SignalMembers,
} from "./message.ts";
export { presence } from "./presence.ts";
export type { Change, PutOptions, PutOutcome, Records, RecordsPage, Stored, Watch } from "./records.ts";
export { type RoomsMessage, type RoomsPage, rooms, roomsMailbox } from "./rooms.ts";
export type { AudienceObserver, RoomLayer, RoomScope } from "./scope.ts";
