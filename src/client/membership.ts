import type { ClientState } from "./client-state.ts";
import type { Said } from "./command.ts";
import type { Errand, Errands } from "./errands.ts";
import type { Line } from "./line.ts";
import type { ClientPorts } from "./ports.ts";
import type { FailureCode, RoomEvent, RoomState } from "./room-state.ts";
import type { Sendings } from "./sendings.ts";

/** What a membership is made of. */
export interface MembershipOptions {
  readonly room: string;
  readonly ports: ClientPorts;
  readonly history: number;
  readonly keep: number;
  /** How the client stands. */
  readonly client: () => ClientState;
  /** The server does not keep to the protocol: the connection is to be made anew. */
  readonly fault: (why: string) => undefined;
  readonly tell: (event: RoomEvent) => undefined;
  readonly changed: () => void;
}

/** A client's part in one room, through all of its connections: where it is in the log, and what it has to say. */
export interface Membership {
  look(): RoomState;
  readonly sendings: Sendings;
  /** What is to be appended or set, in order. */
  readonly deeds: Errands;
  /** Says something that has no answer, where that can be done now; answers whether it was. */
  say(command: Said): boolean;
  /** There is a connection. */
  connected(by: Line): void;
  /** The connection takes nothing more. */
  paused(): void;
  /** The connection is no more. */
  lost(): void;
  /** Something has happened in the room. */
  handle(event: RoomEvent): void;
  /** Goes in again, after it was refused or kicked. */
  join(): void;
  leave(): void;
  /** Gives up whatever is under way. */
  fail(code: FailureCode): void;
  /** Brings entries from before the first. */
  older(limit: number, done?: Errand["done"]): void;
}
