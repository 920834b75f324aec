import type { TargetName } from "../matrix/targets.ts";

/** Why a criterion can't be met on a target, and how its test fails there. */
export interface Exception {
  readonly reason: string;
  /** The failure's message must match: a test that fails in another way has found something new. */
  readonly fails: RegExp;
}

/**
 * What a target truly can't do, by the test's full name. Such a test still runs and must fail as described; one that passes, or
 * that is no longer there, fails the matrix until it is removed from this list.
 */
export const exceptions: Partial<Record<TargetName, Readonly<Record<string, Exception>>>> = {};
