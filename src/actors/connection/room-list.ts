import type { ActorRef, Context } from "../kernel/mod.ts";
import type { RoomsMessage, RoomsPage } from "../room/mod.ts";
import { type ErrorEvent, encode, type Grant, type Limits, type RoomsQuery } from "../wire/mod.ts";
import type { ConnectionMessage } from "./message.ts";
import type { Outbox } from "./outbox.ts";
import type { Standing } from "./standing.ts";

/** What rooms are listed with. */
export interface RoomListOptions {
  readonly outbox: Outbox;
  readonly rooms: ActorRef<RoomsMessage>;
  readonly limits: Limits;
  readonly standing: Standing;
}

/** A page of rooms, and what somebody else has said is granted in each. */
export interface Listing {
  readonly query: RoomsQuery;
  readonly answer: (text: string) => undefined;
  readonly page: RoomsPage;
  readonly granted: readonly (readonly Grant[] | undefined)[];
}

/** So many rooms are asked about at a time, where somebody has to be asked. */
const ASKED = 50;

/**
 * Lists rooms to those who may read them. Where somebody else has to be asked, a page is looked through at a time, and
 * its cursor says nothing: the name it stands for may be that of a room that is not to be seen.
 */
export class RoomList {
  readonly #context: Context<ConnectionMessage>;
  readonly #options: RoomListOptions;
  #asking = false;
  /** Where the last page that was looked through has ended, and what it was called. */
  #place: { readonly cursor: string; readonly room: string } | undefined;

  constructor(context: Context<ConnectionMessage>, options: RoomListOptions) {
    this.#context = context;
    this.#options = options;
  }

  list(query: RoomsQuery): undefined {
    const { outbox, limits, standing } = this.#options;
    const answer = outbox.promise(limits.eventBytes);
    if (standing.pass.deferred) return this.#ask(query, answer);
    const taken = this.#read(query, query.cursor, (page) => answerWith(query, page, answer));
    return taken ? undefined : refuse(query, answer, tooMany);
  }

  /** All there is to know of a page is known. */
  listed({ query, answer, page, granted }: Listing): undefined {
    this.#asking = false;
    const rooms = page.rooms.filter((_, at) => granted[at]?.includes("read"));
    return answerWith(query, { rooms, cursor: this.#mark(page.cursor) }, answer);
  }

  #ask(query: RoomsQuery, answer: Listing["answer"]): undefined {
    const { standing } = this.#options;
    if (this.#asking) return refuse(query, answer, tooMany);
    if (query.cursor !== undefined && query.cursor !== this.#place?.cursor) {
      const error = { code: "bad_command", message: "Cannot go on from this cursor", issues: ["cursor"] } as const;
      return refuse(query, answer, error);
    }
    const after = query.cursor === undefined ? undefined : this.#place?.room;
    const read = new Promise<RoomsPage>((resolve, reject) => {
      const taken = this.#read(query, after, (page) => {
        resolve(page);
      });
      if (!taken) reject(new Error("Cannot list rooms: too many ask at present"));
    });
    this.#asking = true;
    this.#context.pipe(
      read.then(async (page): Promise<Listing> => {
        const granted = await Promise.all(page.rooms.map(async ({ room }) => await standing.ask(room)));
        return { query, answer, page, granted };
      }),
      (listing) => ({ type: "listed", listing }),
      () => ({ type: "listed", listing: { query, answer, page: { rooms: [], cursor: undefined }, granted: [] } }),
    );
  }

  #read(
    { prefix = "", limit = this.#options.limits.pageEntries }: RoomsQuery,
    cursor: string | undefined,
    reply: (page: RoomsPage) => undefined,
  ): boolean {
    const { rooms, outbox, standing } = this.#options;
    const { deferred } = standing.pass;
    const visible = (room: string): boolean => deferred || outbox.grants(room).includes("read");
    return rooms.tell({
      type: "list",
      prefix,
      limit: deferred ? Math.min(limit, ASKED) : limit,
      cursor,
      visible,
      reply,
    });
  }

  /** A name for a place in the list that only this connection can make use of. */
  #mark(room: string | undefined): string | undefined {
    const digits = (): string => Math.floor(this.#context.random() * 36 ** 6).toString(36);
    this.#place = room === undefined ? undefined : { cursor: digits() + digits(), room };
    return this.#place?.cursor;
  }
}

const tooMany = { code: "overloaded", message: "Cannot list rooms: too many ask at present" } as const;

function answerWith(query: RoomsQuery, { rooms, cursor }: RoomsPage, answer: Listing["answer"]): undefined {
  return answer(encode({ type: "rooms", ...idOf(query), rooms, ...(cursor !== undefined && { cursor }) }));
}

function refuse(
  query: RoomsQuery,
  answer: Listing["answer"],
  error: Pick<ErrorEvent, "code" | "message" | "issues">,
): undefined {
  return answer(encode({ type: "error", ...idOf(query), ...error }));
}

function idOf({ id }: RoomsQuery): Pick<RoomsQuery, "id"> {
  return id === undefined ? {} : { id };
}
