/**
 * Drafts on their way to the writer, in columns of texts and of numbers: a thousand of them are copied between threads in
 * 0.1 to 0.4 ms, and as an object each in 0.9 to 1.3. A list of lists, since a single draft and its answer as objects take
 * 5 µs more of CPU there and back on Node and Bun, and 12 on Deno (Node 24, Deno 2.9, Bun 1.4).
 */
export type Packed = readonly [
  /** The rooms that they go to, each once. */
  rooms: readonly string[],
  /** For each draft what it says, as JSON (see `body.ts`), and its sender and key as one text; `null` without a key. */
  texts: readonly (string | null)[],
  /** For each draft four numbers; see `packing.ts`. */
  numbers: readonly number[] | Float64Array,
  /** How much text they hold, in UTF-16 units. */
  units: number,
  /** What few drafts carry, by their place. */
  ...rare: (readonly [at: number, rare: Rare])[],
];

/** What few drafts carry. */
export interface Rare {
  readonly file: string | null;
  readonly host: string | undefined;
  readonly token: number;
  readonly redacts: number | undefined;
}

/** What the writer is asked for: to append drafts, or to change something else. */
export type Write = Packed | Change;

/** A change of something else. `key`s are records' keys; `now` is the wall clock. */
export type Change =
  | { readonly type: "raise"; readonly room: string | undefined; readonly version: number }
  | {
      readonly type: "put";
      readonly key: string;
      readonly value: string;
      readonly expected: number | undefined;
      readonly expiresAt: number | null;
      readonly now: number;
    }
  | { readonly type: "delete"; readonly key: string; readonly expected: number | undefined; readonly now: number }
  | {
      readonly type: "add";
      readonly key: string;
      readonly amount: number;
      readonly expiresAt: number | null;
      readonly now: number;
    }
  | { readonly type: "expire"; readonly now: number };

/** A record as it goes between threads. */
export interface KeptRecord {
  readonly key: string;
  readonly value: string;
  readonly version: number;
  readonly expiresAt: number | null;
}

/** Why a draft was not appended. */
export type Hindrance = "outdated" | "fenced" | "missing" | "unavailable";

/** What became of a request, once it is committed or has failed. */
export type Written = Appended | Changed;

/** What became of drafts; a list for the same reason as what was asked. */
export type Appended = readonly [
  /** For each draft where it stands; below zero: where its key had been used; 0: nowhere, for a reason in `refused`. */
  seqs: readonly number[],
  /** For each room two numbers: its oldest place, and its incarnation. */
  places: readonly number[],
  /** The cap is reached. */
  full: boolean,
  ...refused: (readonly [at: number, why: Hindrance])[],
];

/** What became of anything else, and of drafts that could not be tried at all (`failed`). */
export type Changed =
  | { readonly type: "raised" }
  /** `expired`: a record under that key had ended before and was taken away first. */
  | { readonly type: "put"; readonly version: number; readonly existed: boolean; readonly expired: boolean }
  | { readonly type: "conflict"; readonly current: KeptRecord | undefined; readonly expired: boolean }
  | { readonly type: "added"; readonly record: KeptRecord; readonly expired: boolean }
  /** `more`: there are still records that will end. */
  | { readonly type: "expired"; readonly keys: readonly string[]; readonly more: boolean }
  | { readonly type: "failed"; readonly known: boolean; readonly message: string };

/** What the reader is asked for. */
export type Read =
  /** Entries behind a place of a room, or before it. */
  | {
      readonly type: "after" | "before";
      readonly room: string;
      readonly place: number;
      readonly count: number;
      readonly bytes: number;
    }
  | { readonly type: "head"; readonly room: string }
  | { readonly type: "attached"; readonly files: readonly string[] }
  | { readonly type: "get"; readonly key: string; readonly now: number }
  | {
      readonly type: "list";
      readonly prefix: string;
      readonly after: string | undefined;
      readonly limit: number;
      readonly now: number;
    };

/** Where a room's log ends and begins. */
export interface Place {
  readonly incarnation: number;
  readonly seq: number;
  readonly oldest: number;
}

/** What was read. */
export type Found =
  /** Consecutive entries from `first` on; `null` where one is damaged. */
  | {
      readonly type: "page";
      readonly place: Place;
      readonly first: number;
      readonly ats: readonly number[];
      readonly bodies: readonly (string | null)[];
    }
  | { readonly type: "head"; readonly place: Place }
  | { readonly type: "attached"; readonly files: readonly string[] }
  | { readonly type: "got"; readonly record: KeptRecord | undefined }
  /** `next`: the key to go on behind; there are more. */
  | {
      readonly type: "listed";
      readonly records: readonly KeptRecord[];
      readonly next: string | undefined;
      readonly damaged: readonly string[];
    }
  /** The room's own row is damaged; the writer can mend it. */
  | { readonly type: "lost" }
  | { readonly type: "failed"; readonly message: string };

/** Something that is not as it was written, by where it stands. */
export type Damage =
  | { readonly type: "entry"; readonly room: string; readonly seq: number }
  | { readonly type: "room"; readonly room: string }
  | { readonly type: "record"; readonly key: string }
  | { readonly type: "file"; readonly message: string };

/** What a thread is started with. */
export interface ThreadData {
  readonly folder: string;
  readonly durability: "process" | "power";
  readonly limits: StoreLimits;
  readonly reserveBytes: number;
  readonly scrubMs: number;
  /** Whether this is the store's first opening in this process. */
  readonly first: boolean;
  readonly faults: Faults;
  /** How many messages this thread has been sent, in its one place: so that it knows whether more are on their way. */
  readonly sent: Int32Array;
}

/** How much is kept. */
export interface StoreLimits {
  readonly roomEntries: number;
  readonly roomMs: number;
  readonly roomBytes: number;
  readonly totalBytes: number;
}

/** What tests have go wrong. */
export interface Faults {
  /** How much longer each commit takes, in ms. */
  readonly commitMs?: number;
}

/** What threads say without having been asked. */
export type Notice =
  | { readonly type: "opened"; readonly era: string; readonly renewed: string | undefined; readonly more: boolean }
  | { readonly type: "damaged"; readonly damage: Damage }
  | { readonly type: "cannotOpen"; readonly message: string }
  /** Files that entries named before, and none does now. */
  | { readonly type: "released"; readonly files: readonly string[] }
  | { readonly type: "closed" };

/** What comes from a thread: answers, all those of one commit together, or a notice. */
export type Said<A> = readonly (readonly [id: number, answer: A])[] | Notice;

/** What comes to a thread: a request and its number, or that it is to end. */
export type Asked<R> = readonly [id: number, request: R] | "close";
