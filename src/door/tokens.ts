import { errors, type JWTVerifyGetKey, jwtVerify } from "jose";
import { type Algorithm, isSymmetric } from "./algorithms.ts";
import { type Identity, identityOf } from "./identity.ts";
import { findKey, type KeySource } from "./keys.ts";

/** Which tokens are taken (JSON Web Tokens, RFC 7519). */
export interface TokenOptions {
  readonly key: KeySource;
  /** The only algorithm that counts, whatever a token says of itself; with a secret, HS256 when left out. */
  readonly algorithm?: Algorithm;
  /** What `iss` must be. */
  readonly issuer?: string;
  /** What `aud` must hold. */
  readonly audience?: string;
}

/** What became of a token. */
export type Checked =
  | { readonly ok: true; readonly identity: Identity }
  | { readonly ok: false; readonly code: "unauthorized" | "unavailable"; readonly reason: string };

/** How much clocks may differ for `nbf` and `iat`, in seconds; `exp` is held to the millisecond. */
const LEEWAY_S = 60;
const LONGEST = 16_384;

/** Checks tokens: by one algorithm, one key or set of keys, and what they say of time, issuer and audience. */
export class Tokens {
  readonly #options: TokenOptions;
  readonly #algorithm: Algorithm;
  readonly #date: () => number;
  readonly #failed: (error: unknown) => void;
  /** Found once it is needed, so that whoever makes a server need not wait. */
  #key: Promise<JWTVerifyGetKey> | undefined;

  /**
   * @param date the time, in ms since 1970.
   * @param failed told why keys cannot be had at present.
   * @throws {Error} where the algorithm cannot be told, or is none for a key of that kind.
   */
  constructor(options: TokenOptions, date: () => number, failed: (error: unknown) => void = () => undefined) {
    const secret = "secret" in options.key;
    const { algorithm = secret ? "HS256" : undefined } = options;
    if (algorithm === undefined) throw new Error("Cannot check tokens: a public key takes an algorithm to be named");
    if (secret !== isSymmetric(algorithm)) {
      throw new Error(`Cannot check tokens: ${algorithm} takes ${secret ? "a public key" : "a secret"}`);
    }
    this.#options = options;
    this.#algorithm = algorithm;
    this.#date = date;
    this.#failed = failed;
  }

  /**
   * Resolves where the key is one.
   *
   * @throws {Error} where it is none.
   */
  async ready(): Promise<void> {
    await this.#find();
  }

  async check(token: string): Promise<Checked> {
    if (token.length > LONGEST) return refused("the token is too long");
    const { issuer, audience } = this.#options;
    try {
      const { payload } = await jwtVerify(token, await this.#find(), {
        algorithms: this.#algorithm === "EdDSA" ? ["EdDSA", "Ed25519"] : [this.#algorithm],
        clockTolerance: LEEWAY_S,
        currentDate: new Date(this.#date()),
        requiredClaims: ["exp", "sub"],
        ...(issuer !== undefined && { issuer }),
        ...(audience !== undefined && { audience }),
      });
      if ((payload.exp ?? 0) * 1_000 <= this.#date()) return refused("the token has expired");
      if ((payload.iat ?? 0) * 1_000 > this.#date() + LEEWAY_S * 1_000)
        return refused("the token's iat is yet to come");
      const identity = identityOf(payload);
      return typeof identity === "string" ? refused(`the token's ${identity} is bad`) : { ok: true, identity };
    } catch (error) {
      return whyOf(error);
    }
  }

  #find(): Promise<JWTVerifyGetKey> {
    this.#key ??= findKey(this.#options.key, this.#algorithm, this.#failed);
    return this.#key;
  }
}

function refused(reason: string): Checked {
  return { ok: false, code: "unauthorized", reason };
}

/** What jose says, in words that hold nothing of the token; what is not about the token is about its keys. */
function whyOf(error: unknown): Checked {
  if (error instanceof errors.JWTExpired) return refused("the token has expired");
  if (error instanceof errors.JWTClaimValidationFailed) return refused(`the token's ${nameOf(error.claim)} is bad`);
  const keys = error instanceof errors.JWKSTimeout || error instanceof errors.JWKSInvalid;
  if (error instanceof errors.JOSEError && !keys && error.code !== "ERR_JOSE_GENERIC") {
    return refused("the token is not valid");
  }
  return { ok: false, code: "unavailable", reason: "the keys that tokens are checked with cannot be had" };
}

/** A claim's name, where it is one that we ask for. */
function nameOf(claim: string): string {
  return ["exp", "nbf", "iat", "iss", "aud", "sub"].includes(claim) ? claim : "content";
}
