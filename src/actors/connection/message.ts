import type { ActorRef, MailboxPolicy } from "../kernel/mod.ts";
import type { RoomMessage, SeatNews } from "../room/mod.ts";
import type { Auth, CloseName, Decoded, Grant } from "../wire/mod.ts";
import type { Verdict } from "./pass.ts";
import type { Listing } from "./room-list.ts";
import type { Transfer, TransferStep } from "./transfer.ts";

/** All that a connection is told. */
export type ConnectionMessage =
  /** A message came from the peer. */
  | { readonly type: "received"; readonly data: string | Uint8Array }
  /** One command of it; layers pass it on, it is never in a mailbox. */
  | { readonly type: "said"; readonly decoded: Decoded }
  | { readonly type: "alive" }
  | { readonly type: "drained" }
  /** The peer is gone, once what it had said before has been done. */
  | { readonly type: "closed"; readonly code: number }
  /** The peer is gone: nothing can be sent to it any more, and nothing needs to wait for that. */
  | { readonly type: "hungUp" }
  /** The peer sends faster than it is listened to, and cannot be slowed down. */
  | { readonly type: "flooded" }
  /** All connections together hold too much, and this one the most. */
  | { readonly type: "abandon" }
  /** What came too soon for its rate is due. */
  | { readonly type: "paced" }
  /** There is room in the outgoing budget again. */
  | { readonly type: "eased" }
  | { readonly type: "placed"; readonly room: string; readonly ref: ActorRef<RoomMessage> }
  | SeatNews
  | { readonly type: "roomEnded"; readonly room: string }
  /** The server is about to end: say so, and listen no more. */
  | { readonly type: "drain"; readonly reconnectMs: number }
  /** Close for the restart, once everything has been sent, or at that time on the clock of the system. */
  | { readonly type: "finish"; readonly byMs: number }
  | { readonly type: "end"; readonly close: CloseName }
  /** A token has been looked at. */
  | { readonly type: "checked"; readonly command: Auth; readonly verdict: Verdict }
  /** Somebody else has said what may be done in a room, under the pass of that number; or cannot say. */
  | {
      readonly type: "granted";
      readonly room: string;
      readonly version: number;
      readonly grants: readonly Grant[] | undefined;
    }
  /** What may be done in rooms has changed: it is asked for anew. */
  | { readonly type: "regrant" }
  /** A page of rooms, of which only those may be listed that can be read. */
  | { readonly type: "listed"; readonly listing: Listing }
  /** The pass ends soon, and has ended. */
  | { readonly type: "expiring" }
  | { readonly type: "expired" }
  /** Nobody has said in time who this is. */
  | { readonly type: "unnamed" }
  /** A transfer goes on. */
  | { readonly type: "transfer"; readonly transfer: Transfer; readonly step: TransferStep }
  /** An upload was refused before it began: so many bytes of it may still come. */
  | { readonly type: "unwanted"; readonly bytes: number }
  | { readonly type: "beat" }
  | { readonly type: "verdict"; readonly dueAt: number }
  /** The peer has not answered the close. */
  | { readonly type: "overdue" };

/** What a peer sends is bounded by count and bytes; everything else always comes through. */
export const connectionMailbox: MailboxPolicy<ConnectionMessage> = {
  classes: {
    received: { limit: 16_384, limitBytes: 2 * 1024 ** 2 },
    // One is as good as many: this only says that the peer is there.
    alive: { limit: 1 },
    // In line behind what was received: who says something and hangs up has said it.
    closed: { limit: 1 },
  },
  classOf: ({ type }) => (type === "received" || type === "alive" || type === "closed" ? type : "control"),
  sizeOf: (message) => (message.type === "received" ? message.data.length : 0),
};
