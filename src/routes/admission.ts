import type { Context } from "hono";
import { timingSafeEqual } from "hono/utils/buffer";
import type { Pass, Verdict } from "../actors/connection/mod.ts";
import { type Caller, callerOf, type Door, type Identity } from "../door/mod.ts";
import { type AddressBook, tooMany } from "./address-book.ts";
import { credentialsOf } from "./credentials.ts";
import { peerOf } from "./peer.ts";
import { problem } from "./problem.ts";

/** Who a request speaks for, or the answer that refuses it. */
export type Admitted =
  | { readonly ok: true; readonly pass: Pass; readonly identity: Identity | undefined; readonly caller: Caller }
  /** Nobody yet: it may show who it is by its first command. */
  | { readonly ok: true; readonly pass: undefined; readonly identity: undefined; readonly caller: Caller }
  | { readonly ok: false; readonly refusal: Response };

/** Someone who was let in. */
export type Guest = Extract<Admitted, { readonly pass: Pass }>;

/** How a request is looked at. */
export interface AdmitOptions {
  /** What came among the subprotocols. */
  readonly bearer?: string | undefined;
  /** The name that a guest has chosen. */
  readonly name?: string | undefined;
  /** Whether somebody who shows nothing may still do so by a first command. */
  readonly later?: boolean;
}

/** What admissions are made of. */
export interface AdmissionOptions {
  readonly door: Door;
  readonly addresses: AddressBook;
  /** A name for a guest who has chosen none. */
  readonly nameGuest: () => string;
}

/** Methods that change nothing (RFC 9110 §9.2.1). */
const SAFE: ReadonlySet<string> = new Set(["GET", "HEAD", "OPTIONS"]);

/** The one way in: every upgrade and every HTTP request that speaks for someone comes through here. */
export class Admission {
  readonly #options: AdmissionOptions;

  constructor(options: AdmissionOptions) {
    this.#options = options;
  }

  /**
   * Tells who an HTTP request speaks for: `pass.user`, and `pass.grants(room)` for what that user may do. One that is to
   * change something is held to its address's rate, unless it comes from a user.
   */
  async admit(c: Context, options: AdmitOptions = {}): Promise<Guest | Extract<Admitted, { readonly ok: false }>> {
    const admitted = await this.look(c, options);
    if (!admitted.ok) return admitted;
    if (admitted.pass === undefined) return { ok: false, refusal: unauthorized("nothing shows who you are") };
    const waitMs = SAFE.has(c.req.method) || !admitted.pass.user.guest ? 0 : this.#charge(admitted.caller);
    return waitMs > 0 ? { ok: false, refusal: tooMany(waitMs) } : admitted;
  }

  /** Tells who a request speaks for, at once where nothing has to be checked. */
  look(c: Context, options: AdmitOptions = {}): Admitted | Promise<Admitted> {
    const { door } = this.#options;
    const caller = callerOf(c.req.raw, peerOf(c), door.trust);
    const origin = c.req.header("origin");
    if (origin !== undefined && !door.origins.allow(origin, caller.own)) {
      return { ok: false, refusal: problem(403, "Cannot take requests of pages from this origin") };
    }
    const found = credentialsOf(c, { ...door.options, bearer: options.bearer, fromPage: origin !== undefined });
    if (found === undefined && !door.asks) return this.#unknown(caller, options);
    return this.#check(c, { caller, origin, found, options });
  }

  /**
   * Lets only operators through, who bring the admin token as `Authorization: Bearer`.
   *
   * @returns the refusal, or `undefined` for an operator; 404 where no admin token is set.
   */
  async requireAdmin(c: Context): Promise<Response | undefined> {
    const { door } = this.#options;
    const { adminToken } = door.options;
    if (adminToken === undefined) return problem(404, "Cannot find anything here");
    const caller = callerOf(c.req.raw, peerOf(c), door.trust);
    const origin = c.req.header("origin");
    if (origin !== undefined && !door.origins.allow(origin, caller.own)) {
      return problem(403, "Cannot take requests of pages from this origin");
    }
    const found = credentialsOf(c, { fromPage: false });
    if (found?.type === "token" && (await timingSafeEqual(found.token, adminToken))) return undefined;
    const waitMs = this.#charge(caller);
    return waitMs > 0 ? tooMany(waitMs) : unauthorized("this takes the admin token");
  }

  async #check(
    c: Context,
    { caller, origin, found, options }: Looked & { readonly options: AdmitOptions },
  ): Promise<Admitted> {
    const { door } = this.#options;
    const asked = await door.ask(c.req.raw);
    const shown = asked ?? (await this.#read({ caller, origin, found }));
    if (shown === undefined) return this.#unknown(caller, options);
    const verdict = door.let(shown);
    if (verdict.ok)
      return { ok: true, pass: verdict.pass, identity: "ok" in shown ? undefined : shown, caller } as Guest;
    const waitMs = this.#charge(caller);
    return { ok: false, refusal: waitMs > 0 ? tooMany(waitMs) : refused(verdict) };
  }

  #read({ origin, found }: Looked): Promise<Identity | Verdict> | Verdict | undefined {
    const { door } = this.#options;
    if (found === undefined) return undefined;
    if (found.type === "token") return door.check(found.token);
    if (found.type === "ticket") return door.redeem(found.ticket, origin);
    // Where no tokens are taken, what stands there is for somebody in between.
    return door.tokens === undefined ? undefined : { ok: false, code: "unauthorized", reason: found.reason };
  }

  /** Nothing shows who this is. */
  #unknown(caller: Caller, { name, later = false }: AdmitOptions): Admitted {
    const { door, nameGuest } = this.#options;
    const guest = door.guests ? door.letGuest(name ?? nameGuest()) : undefined;
    if (guest?.ok === true) return { ok: true, pass: guest.pass, identity: undefined, caller };
    if (guest?.ok === false) return { ok: false, refusal: refused(guest) };
    if (later && door.options.inbandAuth === true) return { ok: true, pass: undefined, identity: undefined, caller };
    const waitMs = this.#charge(caller);
    return { ok: false, refusal: waitMs > 0 ? tooMany(waitMs) : unauthorized("nothing shows who you are") };
  }

  #charge({ address }: Caller): number {
    return address === undefined ? 0 : this.#options.addresses.charge(address);
  }
}

interface Looked {
  readonly caller: Caller;
  readonly origin: string | undefined;
  readonly found: ReturnType<typeof credentialsOf>;
}

/** 401, with the scheme that is taken (RFC 6750 §3). */
function unauthorized(reason: string): Response {
  return problem(401, `Cannot let you in: ${reason}`, { "www-authenticate": 'Bearer realm="greenroom"' });
}

function refused({ code, reason }: Extract<Verdict, { readonly ok: false }>): Response {
  if (code === "banned") return problem(403, `Cannot let you in: ${reason}`);
  if (code === "unavailable") return problem(503, `Cannot let you in: ${reason}`, { "retry-after": "5" });
  return unauthorized(reason);
}
