import type {
  Attachment,
  ErrorCode,
  ErrorEvent,
  Grant,
  Joined,
  Json,
  Kicked,
  Lagged,
  Live,
  Message,
  Presence,
  Redacted,
  Reset,
  Sender,
  SignalEvent,
  State,
  Tombstone,
  Values,
} from "../actors/wire/mod.ts";

/** How a client stands in a room; `until` is in milliseconds since 1970. */
export type RoomStatus =
  | { readonly type: "joining" }
  | { readonly type: "live" }
  /** The server has more than this client reads: what is shown is late. */
  | { readonly type: "lagging" }
  | { readonly type: "left" }
  | { readonly type: "refused"; readonly code: ErrorCode; readonly message: string }
  | { readonly type: "kicked"; readonly reason: string | undefined; readonly until: number | undefined };

/** Why something was not done: an error of the protocol, or what became of the room or the client. */
export type FailureCode = ErrorCode | "left" | "kicked" | "closed" | "discarded";

/** Why a message was not sent. */
export interface SendFailure {
  readonly code: FailureCode;
  readonly message: string;
}

/** A message as a room shows it: one that stands in the log, or one's own on its way there. */
export interface ShownMessage {
  /** Stays the same from `sending` to `sent`, and is no other message's in the room. */
  readonly id: string;
  readonly state: "sent" | "sending" | "failed";
  /** Whether this client's user has said it. */
  readonly own: boolean;
  /** Its place in the log, once it is known. */
  readonly seq?: number;
  readonly sender: Sender;
  /** Absent where it was taken away (`redacted`). */
  readonly content?: string;
  readonly data?: Json | undefined;
  readonly attachment?: Attachment;
  readonly redacted?: true;
  /** What one's own message is called, for `retry` and `discard`. */
  readonly key?: string;
  /** In milliseconds since 1970: the server's time, or while it is being sent the client's. */
  readonly at: number;
  /** Why it has `failed`. */
  readonly failure?: SendFailure;
}

/** A room as it stands at one moment. What has not changed since another moment is the same object. */
export interface RoomState {
  readonly name: string;
  readonly status: RoomStatus;
  /** In the order of the log, then one's own that are not in it yet, in the order in which they were sent. */
  readonly messages: readonly ShownMessage[];
  /** Whether there are older ones, which `older()` brings. */
  readonly more: boolean;
  /** The members that are known; not all of them where `partial`. */
  readonly members: readonly Sender[];
  readonly partial: boolean;
  readonly count: number;
  readonly values: Values;
  readonly grants: readonly Grant[];
  /** The place of the last entry that has come; no `epoch` before the first `joined`. */
  readonly epoch: string | undefined;
  readonly seq: number;
}

/**
 * What a room tells its listeners and iterators, by name; `detail` is the event of the protocol. Each entry is told once:
 * in the `messages` of a `joined` that is not `recovered`, or by itself.
 */
export interface RoomEvents {
  readonly joined: Joined;
  readonly message: Message | Tombstone;
  readonly redacted: Redacted;
  readonly presence: Presence;
  readonly signal: SignalEvent;
  readonly state: State;
  readonly lagged: Lagged;
  readonly live: Live;
  /** What was shown is void, and what follows does not continue it; also where a reconnect found it so. */
  readonly reset: Reset;
  readonly kicked: Kicked;
  /** An error that answers nothing that was waited for, such as a refused signal. */
  readonly error: ErrorEvent;
}

/** One of the things that a room tells. */
export type RoomEvent = RoomEvents[keyof RoomEvents];

/** A message on its way. */
export interface Sending {
  /** What it is called, for `retry` and `discard`. */
  readonly key: string;
  /** Its place in the log once it stands there; rejects with a {@linkcode Refusal}, which may be left unheeded. */
  readonly done: Promise<{ readonly seq: number }>;
}
