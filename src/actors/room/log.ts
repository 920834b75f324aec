import type { Json } from "../wire/mod.ts";

/** Who said something. */
export interface Sender {
  readonly id: string;
  readonly name: string;
}

/** What someone wants to have appended to a room's log. */
export interface Draft {
  readonly room: string;
  readonly sender: Sender;
  readonly content: string;
  readonly data: Json | undefined;
  /** What its sender calls it: the same key from the same user in the same room yields one entry. */
  readonly key: string | undefined;
  /** Ms since 1970. */
  readonly at: number;
  /** Under which lease it is said, where it comes from a host. */
  readonly fence: Fence | undefined;
  /** A file that comes with it. */
  readonly attachment?: Attachment;
  /** What it takes away: instead of saying something, it leaves a tombstone at that place. */
  readonly redacts?: Redaction;
  /** Under which policies it was allowed; the log refuses what was allowed under older ones than it has been told of. */
  readonly policy?: PolicyVersions;
}

/** A file, as an entry names it; `size` in bytes, `sha256` in lower-case hexadecimal. */
export interface Attachment {
  readonly file: string;
  readonly name: string;
  readonly media: string;
  readonly size: number;
  readonly sha256: string;
}

/** Which message is to lose its content, and why. */
export interface Redaction {
  readonly target: number;
  readonly reason: string | undefined;
}

/** How old the policies are that something was allowed under: the room's own, and those of the whole house. */
export interface PolicyVersions {
  readonly room: number;
  readonly house: number;
}

/** A host's lease: the log refuses what comes under an older token of the same host in the same room than it has seen. */
export interface Fence {
  readonly host: string;
  readonly token: number;
}

/** One place in a room's log, and what stands there. */
export interface Entry extends Omit<Draft, "room" | "fence" | "policy"> {
  /** 1, 2, 3, … without holes, within an epoch. */
  readonly seq: number;
  /** Its content, data and attachment were taken away: a tombstone, whose `content` is empty. */
  readonly redacted?: true;
}

/** What became of one draft. */
export type Outcome =
  /** It stands in the log; `oldest` is the oldest entry that was still there beside it. */
  | { readonly type: "appended"; readonly epoch: string; readonly entry: Entry; readonly oldest: number }
  /** Its key had been used before: that entry stands at `seq`, and this draft was ignored. */
  | { readonly type: "duplicate"; readonly epoch: string; readonly seq: number }
  /**
   * It is not in the log, and will not be: the engine takes nothing at present, its lease has passed to another, it was
   * allowed under a policy that has changed, or there is no message (any more) at the place that it is to redact.
   */
  | { readonly type: "refused"; readonly reason: "unavailable" | "fenced" | "outdated" | "missing" }
  /** It may be in the log or not: repeat it under the same key to find out. */
  | { readonly type: "unknown" };

/** Where a room's log ends and begins: `seq` of the newest entry (0: none yet), `oldest` of the oldest that it still has. */
export interface Head {
  readonly epoch: string;
  readonly seq: number;
  readonly oldest: number;
}

/** Consecutive entries, ascending, and the head at the moment they were read. */
export interface Page extends Head {
  readonly entries: readonly Entry[];
}

/** The first entries behind a place, or the last ones before it. */
export type Range = { readonly after: number } | { readonly before: number };

/** How much to read at most; at least one entry is read where there is one, whatever its bytes. */
export interface PageLimit {
  readonly count: number;
  readonly bytes: number;
}

/**
 * The port that keeps rooms' entries: an ordered sequence per room. It decides the order and outlives every actor; each
 * engine behind it passes the same contract suite.
 */
export interface RoomLog {
  /** Whether other nodes append to it too. */
  readonly shared: boolean;
  /**
   * Appends drafts of any rooms, each room's in order, and calls `done` once with one outcome per draft, in their order.
   * An engine that need not wait may call it at once. A bad draft does not spoil the rest.
   */
  append(drafts: readonly Draft[], done: (outcomes: readonly Outcome[]) => void): void;
  read(room: string, range: Range, limit: PageLimit): Promise<Page>;
  head(room: string): Promise<Head>;
  /** Has `onEntries` called with what other nodes append to a room, in order, as far as the engine hears of it. */
  tail(room: string, onEntries: (epoch: string, entries: readonly Entry[]) => void): Tail;
  /**
   * Has drafts refused from now on that were allowed under an older policy than `version`: those of one room, or of the whole
   * house without one. Versions only rise; a lower one changes nothing. It is kept as long as the entries are.
   */
  raise(room: string | undefined, version: number): Promise<void>;
  /** Which of these files some entry names. */
  attached(files: readonly string[]): Promise<ReadonlySet<string>>;
  /**
   * Has `onReleased` called with files that were named by entries and are not any more: trimmed or redacted. A hint that may
   * get lost; the truth is what `attached` says.
   */
  released(onReleased: (files: readonly string[]) => void): Tail;
  close(): Promise<void>;
}

/** A tail that is being followed. */
export interface Tail {
  close(): void;
}
