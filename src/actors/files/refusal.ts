import type { ErrorCode } from "../wire/mod.ts";

/** Why a file was not taken; `retryAfter` in ms. */
export interface Refusal {
  readonly type: "refused";
  readonly code: ErrorCode;
  readonly message: string;
  readonly retryAfter?: number;
}

/** Makes a refusal. */
export function refused(code: ErrorCode, message: string): Refusal {
  const later = code === "unavailable" || code === "overloaded" ? { retryAfter: 1_000 } : {};
  return { type: "refused", code, message, ...later };
}
