import type { Frames, Grant, User } from "../wire/mod.ts";

/**
 * A connection as rooms see it: where a room puts what that connection is to be sent.
 *
 * Not a mailbox: whether there is still room in the connection's budget decides at once whether its cursor is live.
 */
export interface Listener {
  readonly user: User;
  /** What the token calls itself by which it is there, where it does: it may be revoked on its own. */
  readonly token?: string | undefined;
  /** What it may do in a room, as things stand. */
  grants(room: string): readonly Grant[];
  /** Takes frames of the room's live delivery, all of them or, over budget, none. */
  offer(frames: Frames): boolean;
  /** Takes an encoded event that must not be left out: a reply, an error, a change of the cursor's state. */
  reply(text: string): undefined;
  /** Has `run` called once, when there is room in the budget again. */
  whenDrained(run: () => undefined): undefined;
  /** Tells the connection what became of it in a room. */
  inform(news: SeatNews): undefined;
}

/** What a connection must know of its place in a room, or of what it said there. */
export type SeatNews =
  /** It has repeated a publish under its key, which costs it nothing. */
  | { readonly type: "repeated"; readonly room: string }
  /** It has left, by its own word. */
  | { readonly type: "gone"; readonly room: string }
  | { readonly type: "seated"; readonly room: string; readonly seat: Seat }
  | { readonly type: "turnedAway"; readonly room: string }
  /** It was taken out of the room; its seat there is the one that it has lost. */
  | { readonly type: "expelled"; readonly room: string; readonly seat: Seat }
  /** Its user is not let in anywhere any more. */
  | { readonly type: "revoked" };

/** A connection's place in a room, from its side. */
export interface Seat {
  /** The last entry that was queued to the connection. */
  readonly position: { readonly epoch: string; readonly seq: number };
}
