export { type JournalMessage, journal, journalMailbox } from "./journal.ts";
export type { Listener, Seat, SeatNews } from "./listener.ts";
export type { Draft, Entry, Head, Outcome, Page, PageLimit, Range, RoomLog, Sender, Tail } from "./log.ts";
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
export { type RoomsMessage, type RoomsPage, rooms, roomsMailbox, turnAway } from "./rooms.ts";
export type { AudienceObserver, RoomLayer, RoomScope } from "./scope.ts";
