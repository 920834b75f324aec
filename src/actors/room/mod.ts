export type { Bus, Subscription } from "./bus.ts";
export type { Cursor } from "./cursor.ts";
export { type Host, type HostMessage, type HostPost, type HostRoom, hosting } from "./host.ts";
export { type JournalMessage, journal, journalMailbox } from "./journal.ts";
export type { Listener, Seat, SeatNews } from "./listener.ts";
export type { Draft, Entry, Fence, Head, Outcome, Page, PageLimit, Range, RoomLog, Sender, Tail } from "./log.ts";
export type {
  Enter,
  Leave,
  ListMembers,
  Proposal,
  Publish,
  ReadHistory,
  RoomMessage,
  SignalMembers,
} from "./message.ts";
export { presence } from "./presence.ts";
export type { Change, PutOptions, PutOutcome, Records, RecordsPage, Stored, Watch } from "./records.ts";
export { type RoomsMessage, type RoomsPage, rooms, roomsMailbox } from "./rooms.ts";
export type { AudienceObserver, RoomLayer, RoomScope } from "./scope.ts";
