import type { Counters } from "../counters/mod.ts";
import type { ActorRef, Layer } from "../kernel/mod.ts";
import type { Joined, Limits } from "../wire/mod.ts";
import type { Audience } from "./audience.ts";
import type { Bus } from "./bus.ts";
import type { Cursor } from "./cursor.ts";
import type { InHand } from "./in-hand.ts";
import type { JournalMessage } from "./journal.ts";
import type { Listener } from "./listener.ts";
import type { Entry, PolicyVersions, RoomLog } from "./log.ts";
import type { Proposal, Publish, RoomMessage } from "./message.ts";
import type { Nodes } from "./presence/nodes.ts";
import type { Recent } from "./recent.ts";
import type { RoomsMessage } from "./rooms-message.ts";
import type { Roster } from "./roster.ts";

/** What all lives of one room share, its layers included. */
export interface RoomScope {
  readonly name: string;
  readonly log: RoomLog;
  readonly journal: ActorRef<JournalMessage<Proposal>>;
  readonly rooms: ActorRef<RoomsMessage>;
  readonly bus: Bus;
  /** Which nodes have the room as well; `undefined`: there is no other one. */
  readonly nodes: Nodes | undefined;
  readonly limits: Limits;
  /** What the URLs of files begin with. */
  readonly filesUrl: string;
  readonly audience: Audience;
  readonly roster: Roster;
  readonly recent: Recent;
  /** What this node has done so far. */
  readonly counters: Counters;
  /** What the room is doing at this moment, and has under way. */
  readonly inHand: InHand;
  /** Under which policies words are allowed at present; set by a layer that judges them. */
  policy: PolicyVersions | undefined;
  /** Told of members' comings and goings; set by layers as a life begins. */
  readonly observers: Set<AudienceObserver>;
}

/** What a layer may want to know of the audience. */
export interface AudienceObserver {
  /** A newcomer is about to be sent `joined`: what to say in it beside the rest. */
  joining?(listener: Listener): Pick<Joined, "state">;
  /** A cursor has its place, and its listener has been sent `joined`. */
  entered?(cursor: Cursor): undefined;
  /** A cursor is gone; `abrupt`: its connection was lost, and may come back. */
  left?(cursor: Cursor, abrupt: boolean): undefined;
  /** A cursor has fallen behind: what is spread to the live ones does not reach it. */
  behind?(cursor: Cursor): undefined;
  /** A cursor is live, again or for the first time. */
  live?(cursor: Cursor): undefined;
  /** The room's log has gone on. */
  appended?(entries: readonly Entry[]): undefined;
  /** Words came to the log under a policy that had changed meanwhile; `true`: the observer sees to them. */
  outdated?(publish: Publish): boolean;
}

/** One concern of a room, for its whole time: presence, moderation, state, slow mode, yours. */
export type RoomLayer = (scope: RoomScope) => Layer<RoomMessage>;
