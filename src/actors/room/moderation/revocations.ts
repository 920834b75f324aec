import type { Change, Records } from "../records.ts";
import { type Reading, Register } from "./register.ts";
import { Rules, type Standing } from "./rules.ts";

/** Without word from the records for so long, a node takes nothing any more: others may know better. */
const CUT_OFF_MS = 5_000;

/** The key under which revocations are kept, and are watched. */
export const REVOCATIONS = "revocations";

/** What is revoked: a user, or a single token of one. */
export type RevokedKind = "user" | "token";

/** Who somebody is, and by which token. */
interface Presented {
  readonly user: string;
  readonly token: string | undefined;
}

/** Who is not let in anywhere, as far as this node knows, and whether it can know. */
export class Revocations {
  readonly #rules: Rules;
  readonly #shared: boolean;
  #known = false;
  #heardAt = Number.NEGATIVE_INFINITY;

  /** `shared`: whether other nodes may revoke something, so that one that hears nothing must not go on. */
  constructor(records: Records, { shared }: { readonly shared: boolean }) {
    this.#rules = new Rules(new Register(records, REVOCATIONS));
    this.#shared = shared;
  }

  /** How much is known: what a policy version says of the whole house. */
  get version(): number {
    return this.#rules.register.version;
  }

  get size(): number {
    return this.#rules.register.size;
  }

  /** Whether what is known here is no older than it may be. */
  isCurrent(now: number): boolean {
    return this.#known && (!this.#shared || now - this.#heardAt <= CUT_OFF_MS);
  }

  user(id: string, now: number): Standing | undefined {
    return this.#rules.named(revocationName("user", id), now);
  }

  token(id: string, now: number): Standing | undefined {
    return this.#rules.named(revocationName("token", id), now);
  }

  /**
   * Whether somebody is known to be kept out. Where that cannot be told at present, whoever is let in can do nothing in
   * rooms, and is shown out again as soon as it can.
   */
  out(whom: Presented, now: number): boolean {
    return this.of(whom, now) !== undefined;
  }

  /** What keeps somebody out: a revocation of the user, or of the token that it has come with. */
  of({ user, token }: Presented, now: number): Standing | undefined {
    return this.user(user, now) ?? (token === undefined ? undefined : this.token(token, now));
  }

  /** Whether a notice of the records is about revocations. */
  isConcern(change: Change): boolean {
    return this.#rules.register.concern(change) !== undefined;
  }

  read(): Promise<Reading> {
    return this.#rules.register.read();
  }

  /** Takes what was read, which had been asked for at `askedAt`; answers the names that have changed by it. */
  take(
    reading: Reading,
    times: { readonly askedAt: number; readonly now: number; readonly date: number },
  ): readonly string[] {
    this.#known = true;
    this.#heardAt = Math.max(this.#heardAt, times.askedAt);
    return this.#rules.take(reading, times);
  }
}

/** What a revocation is called in its register. */
export function revocationName(kind: RevokedKind, id: string): string {
  return `${kind} ${id}`;
}
