import type { Context } from "../kernel/mod.ts";
import { encode, type Joined, type Position } from "../wire/mod.ts";
import { Ahead } from "./ahead.ts";
import type { Cursor } from "./cursor.ts";
import type { Delivery } from "./delivery.ts";
import type { Page } from "./log.ts";
import type { Enter, Expel, Leave, RoomMessage } from "./message.ts";
import { fitting, withEntries } from "./pages.ts";
import { type Encoded, textFor } from "./recent.ts";
import type { RoomScope } from "./scope.ts";

/** What is kept of an event's bytes for the fields around its entries: members, above all. */
const AROUND_BYTES = 96 * 1024;

/** How members come and go, in one life of a room. */
export class Entrance {
  readonly #scope: RoomScope;
  readonly #context: Context<RoomMessage>;
  readonly #delivery: Delivery;
  readonly #ahead: Ahead;

  constructor(scope: RoomScope, context: Context<RoomMessage>, delivery: Delivery) {
    this.#scope = scope;
    this.#context = context;
    this.#delivery = delivery;
    this.#ahead = new Ahead(scope, context, delivery);
  }

  /** Finds a newcomer's first entries, at hand or in the log. */
  enter(enter: Enter): undefined {
    if (this.#scope.audience.of(enter.listener) !== undefined) return this.#refuse(enter, "already_joined");
    this.#delivery.deliver();
    const cursor = this.#scope.audience.enter(enter.listener);
    cursor.enter = enter;
    this.#context.cancel("idle");
    this.#find(enter, cursor);
  }

  /** Goes on with someone whom a former life has failed over, or says that it does not. */
  failedOver(enter: Enter): undefined {
    // Whoever has a cursor by now is found by `reenter`, or has its place already.
    if (this.#scope.audience.of(enter.listener) === undefined) this.#refuse(enter, "unavailable");
  }

  /** Goes on with those who were entering when the former life ended. */
  reenter(): undefined {
    for (const cursor of [...this.#scope.audience.all()]) {
      if (cursor.state === "entering" && cursor.enter !== undefined) this.#find(cursor.enter, cursor);
    }
  }

  /** Goes on with the first page that was read for a newcomer. */
  firstRead(enter: Enter, cursor: Cursor, page: Page): undefined {
    if (cursor.state !== "entering") return;
    if (!this.#delivery.sees(page)) return this.firstNotRead(enter, cursor);
    const entries = this.#delivery.encoded(page);
    // The log may have been trimmed between the question and the answer.
    const since = this.#reaches(enter.since, page.oldest) ? enter.since : undefined;
    this.#seat(enter, cursor, { entries, oldest: page.oldest, since });
  }

  /** Goes on with newcomers who may have known more of the log than this node did, now that it has asked. */
  beyondRead(page: Page): undefined {
    const { head } = this.#delivery;
    const { seq } = head;
    const waiting = this.#ahead.take();
    this.#delivery.gapRead(page);
    // Under another epoch the room is opened anew, and goes on with all who are entering then.
    if (page.epoch !== head.epoch) return;
    for (const cursor of waiting) {
      // Where the log itself has no more, the place is none of it.
      if (head.seq > seq) this.#find(cursor.enter as Enter, cursor);
      else this.#findHere(cursor.enter as Enter, cursor);
    }
  }

  beyondNotRead(): undefined {
    for (const cursor of this.#ahead.take()) this.firstNotRead(cursor.enter as Enter, cursor);
  }

  firstNotRead(enter: Enter, cursor: Cursor): undefined {
    if (cursor.state !== "entering") return;
    this.#scope.audience.leave(cursor);
    this.#empty();
    this.#refuse(enter, "unavailable");
  }

  /** Takes a member out, once everything that has come so far was handed on. */
  leave({ listener, id, abrupt }: Leave): undefined {
    const { name: room, audience, observers } = this.#scope;
    const cursor = audience.of(listener);
    if (cursor === undefined && abrupt) return;
    if (cursor !== undefined) {
      this.#delivery.deliver();
      const seated = cursor.state !== "entering";
      audience.leave(cursor);
      if (seated) for (const observer of observers) observer.left?.(cursor, abrupt);
    }
    // Whoever was taken out while it was about to leave is out, too.
    if (!abrupt) {
      listener.reply(encode({ type: "left", ...(id !== undefined && { id }), room }));
      listener.inform({ type: "gone", room });
    }
    this.#empty();
  }

  /** Takes a user out, on all connections: seated or about to be. */
  expel({ user, reason, until }: Expel): undefined {
    const { name: room, audience, observers } = this.#scope;
    this.#delivery.deliver();
    for (const cursor of audience.ofUser(user)) {
      const { listener, enter } = cursor;
      const seated = cursor.state !== "entering";
      audience.leave(cursor);
      if (!seated && enter !== undefined) {
        this.#refuse(enter, "banned", until);
        continue;
      }
      for (const observer of observers) observer.left?.(cursor, false);
      const why = { ...(reason !== undefined && { reason }), ...(until !== undefined && { until }) };
      listener.reply(encode({ type: "kicked", room, ...why }));
      listener.inform({ type: "expelled", room, seat: cursor });
    }
    this.#empty();
  }

  /** Turns away those who wait in vain: the log does not answer. */
  refuse(enter: Enter): undefined {
    return this.#refuse(enter, "unavailable");
  }

  #empty(): undefined {
    if (this.#scope.audience.size === 0) this.#context.after("idle", this.#scope.limits.roomIdleMs, { type: "idle" });
  }

  #find(enter: Enter, cursor: Cursor): undefined {
    if (this.#ahead.isAhead(cursor)) return this.#ahead.wait(cursor);
    return this.#findHere(enter, cursor);
  }

  #findHere(enter: Enter, cursor: Cursor): undefined {
    const { recent, limits, log, name } = this.#scope;
    const { head } = this.#delivery;
    const since = this.#reaches(enter.since, head.oldest) ? enter.since : undefined;
    const limit = { count: limits.historyEntries, bytes: limits.eventBytes - AROUND_BYTES };
    if (since === undefined) limit.count = enter.history;
    const range = since === undefined ? { before: head.seq + 1 } : { after: since.seq };
    let entries: readonly Encoded[] | undefined = [];
    if ("after" in range && range.after < head.seq) entries = recent.after(range.after, limit);
    if ("before" in range && limit.count > 0 && head.seq >= head.oldest) {
      entries = recent.before(range.before, head.oldest, limit);
    }
    if (entries !== undefined) return this.#seat(enter, cursor, { entries, oldest: head.oldest, since });
    this.#context.pipe(
      log.read(name, range, limit),
      (page) => ({ type: "firstRead", enter, cursor, page }),
      (error) => ({ type: "firstNotRead", enter, cursor, error }),
    );
  }

  /** Whether what came after a place is still there, and the place is one of this log's. */
  #reaches(since: Position | undefined, oldest: number): boolean {
    const { head } = this.#delivery;
    return since !== undefined && since.epoch === head.epoch && since.seq <= head.seq && since.seq >= oldest - 1;
  }

  #seat(
    enter: Enter,
    cursor: Cursor,
    found: { readonly entries: readonly Encoded[]; readonly oldest: number; readonly since: Position | undefined },
  ): undefined {
    const { listener, answer, id, since: asked } = enter;
    const { name: room, audience, roster, limits, observers } = this.#scope;
    const { head } = this.#delivery;
    const { user } = listener;
    const grants = listener.grants(room);
    // What it may do may have become less since it was sent here.
    if (!grants.includes("read")) {
      audience.leave(cursor);
      this.#empty();
      return this.#refuse(enter, "forbidden");
    }
    const maxBytes = limits.eventBytes - AROUND_BYTES;
    const keep = found.since === undefined ? "last" : "first";
    const entries = fitting(found.entries, { user: user.id, maxBytes, keep });
    this.#delivery.deliver();
    cursor.enter = undefined;
    cursor.state = "behind";
    cursor.seq = entries.at(-1)?.seq ?? found.since?.seq ?? head.seq;
    for (const observer of observers) observer.entered?.(cursor);
    const more: Pick<Joined, "state"> = {};
    for (const observer of observers) Object.assign(more, observer.joining?.(listener));
    const joined: Omit<Joined, "messages"> = {
      type: "joined",
      ...(id !== undefined && { id }),
      room,
      epoch: head.epoch,
      seq: head.seq,
      ...(asked !== undefined && { recovered: found.since !== undefined }),
      oldest: found.oldest,
      members: roster.page(limits.joinedMembers).members,
      count: roster.size,
      ...more,
      grants,
      user,
    };
    answer(
      withEntries(
        joined,
        entries.map((entry) => textFor(user.id, entry)),
      ),
    );
    listener.inform({ type: "seated", room, seat: cursor });
    if (audience.of(listener) === cursor) this.#delivery.catchUp.advance(cursor);
  }

  #refuse({ listener, answer, id }: Enter, code: keyof typeof refusals, until?: number): undefined {
    const { name: room } = this.#scope;
    const message = refusals[code];
    const leftMs = until === undefined ? 0 : Math.max(0, until - this.#context.date());
    const retryAfter = code === "unavailable" ? 1_000 : leftMs;
    answer(
      encode({
        type: "error",
        ...(id !== undefined && { id }),
        room,
        code,
        message: `Cannot join ${room}: ${message}`,
        ...((code === "unavailable" || code === "banned") && { retryAfter }),
      }),
    );
    if (code !== "already_joined") listener.inform({ type: "turnedAway", room });
  }
}

const refusals = {
  already_joined: "you are a member already",
  banned: "you were taken out while you joined",
  forbidden: "you may not read it",
  unavailable: "its log does not answer",
} as const;
