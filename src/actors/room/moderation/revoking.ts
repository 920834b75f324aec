import type { Deed } from "./audit-trail.ts";
import type { Actor, BenchOptions, Verdict } from "./bench.ts";
import { Register } from "./register.ts";
import { REVOCATIONS, type Revocations, type RevokedKind, revocationName } from "./revocations.ts";
import { asJson } from "./sanction.ts";

/** Whom or what a revocation is about; `until` in ms since 1970. */
export interface Revocation {
  readonly kind: RevokedKind;
  readonly id: string;
  readonly until?: number;
  readonly reason?: string;
}

/** Revokes users and tokens for the whole house, and takes that back. */
export class Revoking {
  readonly #options: BenchOptions;
  readonly #revocations: Revocations;

  constructor(options: BenchOptions, revocations: Revocations) {
    this.#options = options;
    this.#revocations = revocations;
  }

  /** Keeps a user or a token out; answers once the logs refuse whatever was allowed before. */
  async revoke({ kind, id, until, reason }: Revocation, { by, path }: Actor): Promise<Verdict> {
    const { records, log, trail, date, limits } = this.#options;
    if (this.#revocations.size >= limits.revocations) return { type: "full" };
    const at = date();
    const why = { ...(until !== undefined && { until }), ...(reason !== undefined && { reason }) };
    const ttlMs = until === undefined ? undefined : Math.max(1, until - at);
    const register = new Register(records, REVOCATIONS);
    const version = await register.write(revocationName(kind, id), () => asJson({ at, by, ...why }), ttlMs);
    await log.raise(undefined, version);
    const deed: Deed = { at, by, path, action: "revoke", [kind]: id, ...why };
    await trail.add(deed);
    return { type: "done", deed };
  }

  /** Lets a user or a token in again. */
  async reinstate({ kind, id, reason }: Omit<Revocation, "until">, { by, path }: Actor): Promise<Verdict> {
    const { records, trail, date } = this.#options;
    await new Register(records, REVOCATIONS).write(revocationName(kind, id), () => undefined);
    const deed: Deed = {
      at: date(),
      by,
      path,
      action: "reinstate",
      [kind]: id,
      ...(reason !== undefined && { reason }),
    };
    await trail.add(deed);
    return { type: "done", deed };
  }
}
