import type { Records } from "../actors/room/mod.ts";
import type { Grant, Json } from "../actors/wire/mod.ts";
import type { Identity } from "./identity.ts";

/** What tickets are made with. */
export interface TicketsOptions {
  readonly records: Records;
  readonly ticketMs: number;
  /** The time, in ms since 1970. */
  readonly date: () => number;
}

/** A ticket, and until when it can be used (ms since 1970). */
export interface Ticket {
  readonly ticket: string;
  readonly expires: number;
}

const BYTES = 16;
const TICKET = /^[\w-]{22}$/;

/**
 * Tickets: 128 random bits that let one connection in, once and soon, as the user who asked for them. For what may end up
 * in a log, such as a URL, they do less harm than a token. What is kept is their hash, so nobody who reads the store can
 * use one.
 */
export class Tickets {
  readonly #options: TicketsOptions;

  constructor(options: TicketsOptions) {
    this.#options = options;
  }

  /** Makes a ticket for a user; one that names an origin is of use to pages of that origin only. */
  async issue(identity: Identity, origin: string | undefined): Promise<Ticket> {
    const { records, ticketMs, date } = this.#options;
    const ticket = base64Url(crypto.getRandomValues(new Uint8Array(BYTES)));
    await records.put(await keyOf(ticket), writtenOf(identity, origin), { ttlMs: ticketMs });
    return { ticket, expires: date() + ticketMs };
  }

  /** Takes a ticket; `undefined` where there is no such one any more, or it is not for a page of that origin. */
  async redeem(ticket: string, origin: string | undefined): Promise<Identity | undefined> {
    if (!TICKET.test(ticket)) return undefined;
    const { records, date } = this.#options;
    const stored = await records.get(await keyOf(ticket));
    if (stored === undefined) return undefined;
    // Whoever deletes it has it: of two who come at once, one is refused.
    const taken = await records.delete(stored.key, { expected: stored.version });
    const written = stored.value as unknown as Written;
    if (taken.type !== "done" || (written.origin !== null && written.origin !== origin)) return undefined;
    return written.endsAt !== null && written.endsAt <= date() ? undefined : identityOf(written);
  }
}

/** An identity as it stands in the store. */
interface Written {
  readonly id: string;
  readonly name: string;
  readonly rooms: readonly (readonly [string, readonly Grant[]])[] | null;
  readonly endsAt: number | null;
  readonly issuedAt: number | null;
  readonly token: string | null;
  readonly origin: string | null;
}

function writtenOf({ id, name, rooms, endsAt, issuedAt, token }: Identity, origin: string | undefined): Json {
  const written: Written = {
    id,
    name,
    rooms: rooms === undefined ? null : [...rooms],
    endsAt: endsAt ?? null,
    issuedAt: issuedAt ?? null,
    token: token ?? null,
    origin: origin ?? null,
  };
  return written as unknown as Json;
}

function identityOf({ id, name, rooms, endsAt, issuedAt, token }: Written): Identity {
  return {
    id,
    name,
    rooms: rooms === null ? undefined : new Map(rooms),
    endsAt: endsAt ?? undefined,
    issuedAt: issuedAt ?? undefined,
    token: token ?? undefined,
  };
}

async function keyOf(ticket: string): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(ticket)));
  return `ticket ${base64Url(digest)}`;
}

/** RFC 4648 §5, without padding. */
function base64Url(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");
}
