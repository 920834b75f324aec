import type { ActorRef, Ending, MailboxPolicy } from "../kernel/mod.ts";
import type { RoomCount } from "../wire/mod.ts";
import type { Enter, Leave, RoomMessage } from "./message.ts";
import type { DirectoryMessage } from "./presence/directory.ts";

/** A page of the rooms that have members. */
export interface RoomsPage {
  readonly rooms: readonly RoomCount[];
  readonly cursor: string | undefined;
}

/** What the registry of rooms takes. */
export type RoomsMessage =
  /** Someone wants into a room, which is born if need be; `reply` is told where it is. */
  | {
      readonly type: "enter";
      readonly room: string;
      readonly enter: Enter;
      /** The address of a guest: what is opened for guests is bounded by address. */
      readonly address?: string | undefined;
      readonly reply: (room: ActorRef<RoomMessage>) => undefined;
    }
  /** Someone who has asked to enter, and has not heard where the room is, goes. */
  | { readonly type: "leave"; readonly room: string; readonly leave: Leave }
  /** Something for a room from outside of it, which is born if need be; `address` as with entering. */
  | {
      readonly type: "pass";
      readonly room: string;
      readonly message: RoomMessage;
      readonly address?: string | undefined;
    }
  | { readonly type: "counted"; readonly room: string; readonly count: number }
  /** A room has had nobody in it for a while. */
  | { readonly type: "idle"; readonly room: string }
  /** A room that was asked to end has members again. */
  | { readonly type: "kept"; readonly room: string }
  | { readonly type: "ended"; readonly room: string; readonly ending: Ending }
  | DirectoryMessage
  | {
      readonly type: "list";
      readonly prefix: string;
      readonly limit: number;
      readonly cursor: string | undefined;
      /** Whether whoever asks may see a room; all, when left out. */
      readonly visible?: (room: string) => boolean;
      readonly reply: (page: RoomsPage) => undefined;
    };

/** Bounds how many may stand at the door; what rooms themselves report always comes through. */
export const roomsMailbox: MailboxPolicy<RoomsMessage> = {
  // Leaving is never shed, but stands in line behind the entering that it takes back.
  classes: {
    enter: { limit: 20_000 },
    pass: { limit: 1_000 },
    list: { limit: 1_000 },
    leave: { limit: Number.POSITIVE_INFINITY },
  },
  classOf: ({ type }) =>
    type === "enter" || type === "pass" || type === "list" || type === "leave" ? type : "control",
};
