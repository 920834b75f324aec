import type { Grant, User } from "../wire/mod.ts";

/** Who someone speaks for, what that user may do, and until when. */
export interface Pass {
  readonly user: User;
  /**
   * What it may do in a room, as `user` where a guest has chosen a name since. A promise where somebody else has to be
   * asked: it never rejects, and yields `undefined` where that one cannot tell.
   */
  grants(room: string, user?: User): readonly Grant[] | Promise<readonly Grant[] | undefined>;
  /** Whether somebody else is asked for grants, so that they come later. */
  readonly deferred: boolean;
  /** When it ends, in ms since 1970; `undefined`: it does not. */
  readonly endsAt: number | undefined;
  /** What its token calls itself (`jti`, RFC 7519 §4.1.7), where it does: to be revoked by. */
  readonly token: string | undefined;
  /** When its token was issued (`iat`, RFC 7519 §4.1.6), in ms since 1970, where it says. */
  readonly issuedAt: number | undefined;
}

/** What became of credentials: a pass, or why there is none, in words that repeat nothing of them. */
export type Verdict =
  | { readonly ok: true; readonly pass: Pass }
  /** `banned`: they are good, and their user may not come in; `unavailable`: it cannot be told at present. */
  | { readonly ok: false; readonly code: "unauthorized" | "banned" | "unavailable"; readonly reason: string };
