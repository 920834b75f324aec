import type { MailboxPolicy } from "../kernel/mod.ts";
import {
  type Command,
  type CommandId,
  defaultLimits,
  type Json,
  type Position,
  type SignalEvent,
} from "../wire/mod.ts";
import type { Cursor } from "./cursor.ts";
import type { Appended } from "./journal.ts";
import type { Listener } from "./listener.ts";
import type { Attachment, Draft, Entry, Fence, Head, Outcome, Page, PolicyVersions, Redaction } from "./log.ts";
import type { StateChange } from "./state-writes.ts";

/** Takes the encoded answer to a question, for which room in the budget was set aside. */
export type Answer = (text: string) => undefined;

/** Someone wants to become a member. */
export interface Enter {
  readonly type: "enter";
  readonly listener: Listener;
  readonly id: CommandId | undefined;
  /** Takes the one answer. */
  readonly answer: Answer;
  readonly since: Position | undefined;
  /** How many of the newest entries to be sent, where `since` does not say more. */
  readonly history: number;
}

/** A member goes: by its own word (`abrupt: false`), or since its connection was lost. */
export interface Leave {
  readonly type: "leave";
  readonly listener: Listener;
  readonly id: CommandId | undefined;
  readonly abrupt: boolean;
}

/** A member wants something said. */
export interface Publish {
  readonly type: "publish";
  readonly listener: Listener;
  readonly id: CommandId | undefined;
  readonly content: string;
  readonly data: Json | undefined;
  readonly key: string | undefined;
  /** A file that comes with it. */
  readonly attachment?: Attachment;
  /** Takes the answer, where that is not the listener's own. */
  readonly answer?: Answer;
  /** It comes by another way than a connection, so whoever says it need not be a member. */
  readonly outside?: true;
  /** In which order it was allowed: should it be judged again, it keeps its place among others. */
  readonly place?: number;
}

/** A member tells the others something that nobody stores. */
export interface SignalMembers {
  readonly type: "signal";
  readonly listener: Listener;
  readonly name: string;
  readonly data: Json | undefined;
}

/** A member wants to read; neither bound: the newest entries. */
export interface ReadHistory {
  readonly type: "history";
  readonly listener: Listener;
  readonly id: CommandId | undefined;
  readonly answer: Answer;
  readonly before: number | undefined;
  readonly after: number | undefined;
  readonly limit: number;
}

/** A member wants to know who is here. */
export interface ListMembers {
  readonly type: "members";
  readonly listener: Listener;
  readonly id: CommandId | undefined;
  readonly answer: Answer;
  readonly limit: number;
  readonly cursor: string | undefined;
}

/** A user is to be taken out, at once; `until` in ms since 1970. */
export interface Expel {
  readonly type: "expel";
  readonly user: string;
  readonly reason: string | undefined;
  readonly until: number | undefined;
}

/** What members ask for that is done by layers of the room, if any does. */
export type LayerCommand = Extract<
  Command,
  { readonly type: "set" | "redact" | "kick" | "ban" | "unban" | "mute" | "unmute" | "policy" }
>;

/** A member asks for something that one of the room's layers does; the room itself knows nothing of it. */
export interface Request {
  readonly type: "request";
  readonly listener: Listener;
  readonly id: CommandId | undefined;
  readonly answer: Answer;
  readonly command: LayerCommand;
}

/** A host or a layer of the room wants something said, or redacted. */
export interface Say extends Pick<Draft, "sender" | "content" | "data" | "key"> {
  readonly type: "say";
  /** The lease of a host. */
  readonly fence: Fence | undefined;
  readonly redacts?: Redaction;
  readonly policy?: PolicyVersions;
  readonly done: (outcome: Outcome) => undefined;
}

/** A host of the room wants its state changed, which the layer of state does. */
export interface Put extends StateChange {
  readonly type: "put";
}

/** Who is to hear what became of something that was to be appended: a member, or a host or layer. */
export type Proposal = Publish | Pick<Say, "done">;

/** All that a room is told. */
export type RoomMessage =
  | Enter
  | Leave
  | Publish
  | Say
  | Put
  | SignalMembers
  | ReadHistory
  | ListMembers
  | Request
  /** A member's words have been judged again, under the newest policy. */
  | { readonly type: "republish"; readonly publish: Publish }
  /** Somebody is to be taken out of the room, on all connections. */
  | Expel
  | Appended<Proposal>
  /** What a member on another node tells the members here. */
  | { readonly type: "signalled"; readonly event: SignalEvent }
  /** What another node appended. */
  | { readonly type: "tailed"; readonly epoch: string; readonly entries: readonly Entry[] }
  /** The log has said where the room stands. */
  | { readonly type: "opened"; readonly page: Page }
  | { readonly type: "notOpened"; readonly error: unknown }
  | { readonly type: "open" }
  /** Entries between the head and something further on have been read. */
  | { readonly type: "gapRead"; readonly page: Page }
  | { readonly type: "gapNotRead"; readonly error: unknown }
  | { readonly type: "readGap" }
  /** It is time to ask the log for its head, in case word of an entry was lost; and it has answered. */
  | { readonly type: "compare" }
  | { readonly type: "compared"; readonly head: Head }
  /** The first page of a member who is entering. */
  | { readonly type: "firstRead"; readonly enter: Enter; readonly cursor: Cursor; readonly page: Page }
  | { readonly type: "firstNotRead"; readonly enter: Enter; readonly cursor: Cursor; readonly error: unknown }
  /** What the log has beyond the head, for members who are entering and may have been shown it elsewhere. */
  | { readonly type: "beyondRead"; readonly page: Page }
  | { readonly type: "beyondNotRead" }
  /** A page that a member asked for. */
  | { readonly type: "historyRead"; readonly asked: ReadHistory; readonly page: Page }
  | { readonly type: "historyNotRead"; readonly asked: ReadHistory }
  /** A page for a member who is behind. */
  | { readonly type: "pageRead"; readonly cursor: Cursor; readonly page: Page }
  | { readonly type: "pageNotRead"; readonly cursor: Cursor; readonly error: unknown }
  /** There is room in a connection's budget again, or it is time to try again. */
  | { readonly type: "resume"; readonly cursor: Cursor }
  /** These have no room in their budget for what is spread to all. */
  | { readonly type: "full"; readonly cursors: readonly Cursor[] }
  | { readonly type: "announce" }
  | { readonly type: "graceOver"; readonly user: string }
  /** A layer's own: its timers, and what it has piped; `layer` is its name. */
  | { readonly type: "own"; readonly layer: string; readonly message: unknown }
  | { readonly type: "idle" }
  /** The registry asks whether the room may end. */
  | { readonly type: "retire" };

/** What members ask for is bounded by class; what the room has set in motion itself always comes through. */
export const roomMailbox: MailboxPolicy<RoomMessage> = {
  classes: {
    enter: { limit: 20_000 },
    publish: { limit: 8_192, limitBytes: 8 * 1024 ** 2 },
    signal: { limit: 1_024, limitBytes: 1024 ** 2, overflow: "drop-oldest" },
    ask: { limit: 4_096 },
    // Never shed, but in line with what members ask for: it finds the room as those before it left it.
    leave: { limit: Number.POSITIVE_INFINITY },
  },
  classOf(message) {
    switch (message.type) {
      case "enter":
      case "publish":
      case "signal":
        return message.type;
      case "say":
        return "publish";
      case "signalled":
        return "signal";
      case "history":
      case "members":
      case "request":
      case "put":
        return "ask";
      case "leave":
      case "retire":
        return "leave";
      default:
        return "control";
    }
  },
  sizeOf(message) {
    if (message.type === "signalled") return 200 + (message.event.data === undefined ? 0 : defaultLimits.dataBytes);
    if (message.type !== "publish" && message.type !== "signal" && message.type !== "say") return 0;
    // Data has not been measured in its decoded form; it is at most as long as its bound.
    const data = message.data === undefined ? 0 : defaultLimits.dataBytes;
    return 200 + data + (message.type === "signal" ? 0 : 2 * message.content.length);
  },
};
