/** What happens to an actor whose handler throws: it stops, or it starts a fresh life, so often and no oftener. */
export type Supervision = { readonly onFailure: "stop" } | RestartPolicy;

/** Restarts an actor at most `maxRestarts` times within `withinMs`; one failure more stops it (OTP's restart intensity). */
export interface RestartPolicy {
  readonly onFailure: "restart";
  readonly maxRestarts: number;
  readonly withinMs: number;
  /** The wait before the second restart in a row, doubled with each further one up to `backoffMaxMs`; the first is immediate. */
  readonly backoffMs: number;
  readonly backoffMaxMs: number;
}

/** The actor ends with its first failure. */
export const stopOnFailure: Supervision = { onFailure: "stop" };

/** A restart policy; by default 3 restarts in 10 s, after 0, 100 and 200 ms. */
export function restartOnFailure(options: Partial<Omit<RestartPolicy, "onFailure">> = {}): RestartPolicy {
  const { maxRestarts = 3, withinMs = 10_000, backoffMs = 100, backoffMaxMs = 5_000 } = options;
  return { onFailure: "restart", maxRestarts, withinMs, backoffMs, backoffMaxMs };
}

/** Counts an actor's failures within the window of its policy. */
export class RestartIntensity {
  readonly #policy: Supervision;
  #failures: readonly number[] = NONE;

  constructor(policy: Supervision) {
    this.#policy = policy;
  }

  /** Takes note of a failure at `now`, and answers how many ms to wait before the next life; `undefined`: no more lives. */
  fail(now: number): number | undefined {
    const policy = this.#policy;
    if (policy.onFailure === "stop") return undefined;
    this.#failures = [...this.#failures.filter((at) => now - at < policy.withinMs), now];
    const nth = this.#failures.length;
    if (nth > policy.maxRestarts) return undefined;
    return nth === 1 ? 0 : Math.min(policy.backoffMaxMs, policy.backoffMs * 2 ** (nth - 2));
  }
}

const NONE: readonly number[] = [];
