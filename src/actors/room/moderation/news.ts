import type { Entry, Outcome, Page } from "../log.ts";
import type { Publish, Request, RoomMessage } from "../message.ts";
import type { Verdict } from "./bench.ts";
import type { Reading } from "./register.ts";

/** A message that is to become a tombstone, and who takes its content away. */
export interface Redaction {
  readonly request: Request;
  readonly target: number;
  readonly reason: string | undefined;
  readonly place?: number;
}

/** The layer's own messages. */
export type ModerationNews =
  /** The room's rules have changed somewhere, or it is time to look whether they have. */
  | { readonly type: "look"; readonly urgent: boolean }
  | { readonly type: "read"; readonly look: number; readonly reading: Reading }
  | { readonly type: "notRead"; readonly look: number; readonly urgent: boolean }
  /** The house has said whether what it knows is new. */
  | { readonly type: "houseRead"; readonly current: boolean }
  /** What a moderator decided holds, or it cannot be told whether it does. */
  | { readonly type: "done"; readonly request: Request; readonly verdict: Verdict; readonly reading: Reading }
  | { readonly type: "doubtful"; readonly request: Request }
  /** The entry that somebody wants redacted. */
  | { readonly type: "found"; readonly redaction: Redaction; readonly page: Page }
  | { readonly type: "noted"; readonly redaction: Redaction }
  | { readonly type: "redacted"; readonly redaction: Redaction; readonly outcome: Outcome }
  | { readonly type: "notRedacted"; readonly redaction: Redaction };

/** The name under which the layer tells itself something. */
export const MODERATION = "moderation";

/** Something the layer tells itself. */
export function own(message: ModerationNews): RoomMessage {
  return { type: "own", layer: MODERATION, message };
}

/** Words that came to the log under a policy that had changed. */
export type Withheld = Publish | Redaction;

/** Whether an entry is a message that still has its content. */
export function isWhole(entry: Entry | undefined): entry is Entry {
  return entry !== undefined && entry.redacted !== true && entry.redacts === undefined;
}
