import type { Pass, Verdict } from "../actors/connection/mod.ts";
import type { Clock, SystemEvent } from "../actors/kernel/mod.ts";
import type { Records } from "../actors/room/mod.ts";
import type { Grant } from "../actors/wire/mod.ts";
import type { ProxyHeader, Trust } from "./caller.ts";
import { readGrants } from "./grants.ts";
import { type Authenticate, type Authorize, hear, type Who } from "./hooks.ts";
import { type Identity, readId, readName } from "./identity.ts";
import { Networks } from "./networks.ts";
import { Origins } from "./origins.ts";
import { Passes } from "./passes.ts";
import { type Ticket, Tickets } from "./tickets.ts";
import { type TokenOptions, Tokens } from "./tokens.ts";

/** Who may come in; everything has a default. */
export interface DoorOptions {
  /** Whether those without credentials are let in; they are when left out. */
  readonly guests?: boolean;
  /** What guests may do in every room: read, write, signal and upload, when left out. */
  readonly guestGrants?: readonly Grant[];
  /** What users may do where nothing says otherwise; the same, when left out. */
  readonly userGrants?: readonly Grant[];
  /** Which tokens are taken; none, when left out. */
  readonly tokens?: TokenOptions;
  /** The cookie that holds a token; it counts only together with an allowed `Origin`. */
  readonly cookie?: string;
  /** Whether `?token=` is taken; it is not when left out. */
  readonly queryToken?: boolean;
  /** Whether a connection may show who it is by its first command; it may not when left out. */
  readonly inbandAuth?: boolean;
  /** The web pages that may connect, by their origin; the server's own when left out, `*` for all. */
  readonly origins?: readonly string[];
  /** The proxies whose word on a client's address and scheme counts: addresses and networks. */
  readonly trustedProxies?: readonly string[];
  /** The header in which they pass on the address; `x-forwarded-for` when left out. */
  readonly proxyHeader?: ProxyHeader;
  /** The bearer token for the routes of moderators and operators; without one there are none. */
  readonly adminToken?: string;
}

/** What a door is made with, beside what it was told. */
export interface DoorParts {
  readonly records: Records;
  readonly clock: Clock;
  readonly ticketMs: number;
  /** How long an app may take to tell who someone is, or what a user may do. */
  readonly hookMs: number;
  readonly authenticate?: Authenticate | undefined;
  readonly authorize?: Authorize | undefined;
  /** Hears of what could not be asked: of an app, the store, or whoever publishes keys. */
  readonly observe?: ((event: SystemEvent) => void) | undefined;
  /** Whether a user, or its token, has been kept out since the token was made. */
  readonly revoked?: ((pass: Pass) => boolean) | undefined;
}

/** What can stand behind `Bearer` (RFC 6750 §2.1), and be guessed by nobody. */
const BEARER = /^(?=.{32})[\w.~+/-]+=*$/;
const DEFAULT_GRANTS: readonly Grant[] = ["read", "write", "signal", "upload"];

/** The front door: what tells who someone is, whatever the credentials come by. */
export class Door {
  readonly options: DoorOptions;
  readonly guests: boolean;
  readonly origins: Origins;
  readonly trust: Trust;
  readonly tickets: Tickets;
  readonly passes: Passes;
  readonly tokens: Tokens | undefined;
  readonly #parts: DoorParts;

  /** @throws {Error} where an option is not what it has to be. */
  constructor(options: DoorOptions, parts: DoorParts) {
    const { guests = true, origins = [], trustedProxies = [], proxyHeader = "x-forwarded-for" } = options;
    const { guestGrants = DEFAULT_GRANTS, userGrants = DEFAULT_GRANTS, tokens } = options;
    if (options.adminToken !== undefined && !BEARER.test(options.adminToken)) {
      throw new Error("Cannot take this admin token: it is no bearer token of 32 characters or more");
    }
    if (options.cookie !== undefined && origins.includes("*")) {
      throw new Error("Cannot take a cookie from the pages of every origin: name those that may connect");
    }
    const { records, clock, ticketMs, hookMs, authorize } = parts;
    const date = (): number => clock.date();
    this.options = options;
    this.guests = guests;
    this.origins = new Origins(origins);
    this.trust = { proxies: new Networks(trustedProxies), header: proxyHeader };
    this.tickets = new Tickets({ records, ticketMs, date });
    const failed = (error: unknown): void => this.#report("authorize", error);
    this.passes = new Passes({ guestGrants, userGrants, authorize, clock, hookMs, failed });
    this.tokens = tokens === undefined ? undefined : new Tokens(tokens, date, (error) => this.#report("keys", error));
    this.#parts = parts;
  }

  /** Whether an app has to be asked who someone is. */
  get asks(): boolean {
    return this.#parts.authenticate !== undefined;
  }

  /** Asks the app who a request comes from; `undefined` where it leaves that to the credentials. */
  async ask(request: Request): Promise<Identity | Verdict | undefined> {
    const { authenticate, clock, hookMs } = this.#parts;
    if (authenticate === undefined) return undefined;
    const heard = await hear(() => authenticate(request), {
      clock,
      timeoutMs: hookMs,
      failed: (error) => this.#report("authenticate", error),
    });
    if (!heard.ok) return { ok: false, code: "unavailable", reason: "the app does not say who this is" };
    return heard.answer === undefined ? undefined : (read(heard.answer) ?? unfit);
  }

  /** Who a token is for. */
  async check(token: string): Promise<Identity | Verdict> {
    if (this.tokens === undefined) return { ok: false, code: "unauthorized", reason: "no tokens are taken here" };
    const checked = await this.tokens.check(token);
    return checked.ok ? checked.identity : checked;
  }

  /** Who a ticket is for; it is used up by that. */
  async redeem(ticket: string, origin: string | undefined): Promise<Identity | Verdict> {
    const identity = await this.tickets.redeem(ticket, origin).catch((error: unknown) => {
      this.#report("tickets", error);
      return unreadable;
    });
    return identity ?? spent;
  }

  /** Makes a ticket; `undefined` where it cannot be kept. */
  async issue(identity: Identity, origin: string | undefined): Promise<Ticket | undefined> {
    return await this.tickets.issue(identity, origin).catch((error: unknown) => {
      this.#report("tickets", error);
      return undefined;
    });
  }

  /** Lets an identity in, unless it has been revoked; a verdict stays as it is. */
  let(found: Identity | Verdict): Verdict {
    return "ok" in found ? found : this.#letIn(this.passes.of(found));
  }

  /** Lets somebody in as a guest. */
  letGuest(name: string): Verdict {
    return this.#letIn(this.passes.guest(name));
  }

  #report(part: string, error: unknown): void {
    this.#parts.observe?.({ type: "failed", path: `/door/${part}`, error, outcome: "ignored" });
  }

  #letIn(pass: Pass): Verdict {
    const reason = "this user or token has been revoked";
    return this.#parts.revoked?.(pass) === true ? { ok: false, code: "banned", reason } : { ok: true, pass };
  }

  /** What became of a token that was sent on a connection. */
  async admit(token: string): Promise<Verdict> {
    return this.let(await this.check(token));
  }
}

const spent: Verdict = {
  ok: false,
  code: "unauthorized",
  reason: "the ticket is used up, too old or not for this page",
};
const unreadable: Verdict = { ok: false, code: "unavailable", reason: "tickets cannot be read at present" };
const unfit: Verdict = { ok: false, code: "unavailable", reason: "the app names a user that is none" };

function read({ id, name, rooms, endsAt, token }: Who): Identity | undefined {
  const known = readId(id);
  const table = rooms === undefined ? undefined : readGrants(rooms);
  if (known === undefined || (rooms !== undefined && table === undefined)) return undefined;
  return { id: known, name: readName(name, known), rooms: table, endsAt, issuedAt: undefined, token };
}
