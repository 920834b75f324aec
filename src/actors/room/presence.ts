import type { Context, Handle, Layer } from "../kernel/mod.ts";
import { encode, Frames, type Presence, type Sender } from "../wire/mod.ts";
import { type Change, Changes } from "./changes.ts";
import type { Cursor } from "./cursor.ts";
import type { RoomMessage } from "./message.ts";
import { acquaintance, Correspondence } from "./presence/correspondence.ts";
import { PRESENCE, type PresenceNews } from "./presence/tiding.ts";
import type { RoomScope } from "./scope.ts";

/** How many changes are kept for members who are behind; one further behind is sent to ask for `members`. */
const KEPT_CHANGES = 64;
/** Counts give way to names again once there are this many times the limit: no flapping at the limit itself. */
const RETURN = 0.9;
/** Word of who has come back to another node may take so long, in ms: nobody is to be seen leaving meanwhile. */
const ACROSS_MS = 250;

/** Whether an event names anybody. */
function tells({ joined, left }: Presence): boolean {
  return joined !== undefined || left !== undefined;
}

/**
 * Tells a room's members who comes and goes: diffs, gathered into at most one event per `presenceIntervalMs`, and above
 * `presenceLimit` members counts alone. A user whose last connection is lost stays for `presenceGraceMs`; whoever leaves
 * by its own word is gone at once. Members on other nodes are members like those here.
 */
export function presence(scope: RoomScope): Layer<RoomMessage> {
  const { audience, roster, limits, nodes, name: room } = scope;
  const known = nodes === undefined ? undefined : acquaintance(nodes);
  const changes = new Changes();
  /** Who has entered since the last announcement, and when: they were shown the members as they were then. */
  const newcomers = new Map<Cursor, number>();
  /** Who has been shown members or their count in between, at one moment or several. */
  const askers = new Set<Cursor>();
  const past: Change[] = [];
  let announced = 0;
  let counting = false;
  let quietUntil = 0;

  /** The event that tells of a change; counts alone where there are too many, or where counting has just ended. */
  function next(change: Change): Presence {
    const was = counting;
    counting = roster.size > limits.presenceLimit * (counting ? RETURN : 1);
    const count = roster.size;
    if (counting || was) past.length = 0;
    else past.push(change);
    if (past.length > KEPT_CHANGES) past.shift();
    announced += 1;
    if (counting) return { type: "presence", room, count, mode: "count" };
    return was ? { type: "presence", room, count } : eventOf(change, count);
  }

  function eventOf({ joined, left }: Change, count: number): Presence {
    return { type: "presence", room, count, ...(joined.length > 0 && { joined }), ...(left.length > 0 && { left }) };
  }

  /** What brings someone up to date who was sent the announcements up to `since`. */
  function missed(since: number): readonly Presence[] {
    const count = roster.size;
    if (since === announced) return [];
    if (counting) return [{ type: "presence", room, count, mode: "count" }];
    const kept = announced - since > past.length ? undefined : past.slice(past.length - (announced - since));
    if (kept !== undefined) return kept.map((change) => eventOf(change, count));
    // Too far behind: as if counts had taken over and names come back, upon which a client asks for `members`.
    return [
      { type: "presence", room, count, mode: "count" },
      { type: "presence", room, count },
    ];
  }

  return function presenceLife(context: Context<RoomMessage>, next_: Handle<RoomMessage>): Handle<RoomMessage> {
    let armed = false;
    const others =
      known === undefined
        ? undefined
        : new Correspondence(scope, context, { known, came, went, gone: (id) => remove(id, { own: true }) });

    function graceMs(): number {
      return nodes === undefined ? limits.presenceGraceMs : nodes.graceMs(limits.presenceGraceMs) + ACROSS_MS;
    }

    function arm(): undefined {
      if (armed) return;
      armed = true;
      context.after("announce", Math.max(0, quietUntil - context.now()), { type: "announce" });
    }

    function announce(): undefined {
      armed = false;
      scope.rooms.tell({ type: "counted", room, count: roster.size });
      if (changes.size === 0) return;
      quietUntil = context.now() + limits.presenceIntervalMs;
      const was = counting;
      const event = next(changes.since(0));
      if (was || counting) spread(event);
      else {
        tellNewcomers();
        // To the others nothing has changed where someone has come and gone again.
        if (tells(event)) spread(event, (cursor) => newcomers.has(cursor) || askers.has(cursor));
      }
      changes.clear();
      newcomers.clear();
      askers.clear();
    }

    function spread(event: Presence, but?: (cursor: Cursor) => boolean): undefined {
      const full = audience.spread(new Frames([encode(event)]), but);
      for (const cursor of full) cursor.announced ??= announced - 1;
      if (full.length > 0) context.self.tell({ type: "full", cursors: full });
    }

    /** Tells those who were shown the members since the last announcement what has changed since then. */
    function tellNewcomers(): undefined {
      const all = eventOf(changes.all(), roster.size);
      for (const { listener } of askers) listener.reply(encode(all));
      for (const [cursor, moment] of newcomers) {
        if (askers.has(cursor)) continue;
        const event = eventOf(changes.since(moment), roster.size);
        if (tells(event)) cursor.listener.reply(encode(event));
        if (cursor.announced !== undefined) cursor.announced = announced;
      }
    }

    function came(user: Sender): undefined {
      changes.came(user);
      arm();
    }

    function went(id: string): undefined {
      changes.went(id);
      arm();
    }

    /** Takes a user out who has no connection left here; `own`: by its own word, or a moderator's. */
    function remove(id: string, how: { readonly own: boolean }): undefined {
      const { here, everywhere } = roster.remove(id);
      if (!here) return;
      context.cancel(`grace ${id}`);
      others?.went(id, how);
      if (everywhere) went(id);
    }

    scope.observers.add({
      entered(cursor: Cursor): undefined {
        // Whoever comes while there are only counts is told so, or would take its names for the present ones for ever.
        cursor.announced = counting ? announced - 1 : announced;
        const { user } = cursor.listener;
        context.cancel(`grace ${user.id}`);
        const { here, everywhere } = roster.enter(user);
        if (here) others?.came({ id: user.id, name: user.name });
        if (everywhere) came(user);
        if (armed) newcomers.set(cursor, changes.now);
      },
      left(cursor: Cursor, abrupt: boolean): undefined {
        const { id } = cursor.listener.user;
        newcomers.delete(cursor);
        askers.delete(cursor);
        if (!roster.drop(id)) return;
        if (abrupt) context.after(`grace ${id}`, graceMs(), { type: "graceOver", user: id });
        else remove(id, { own: true });
      },
      behind(cursor: Cursor): undefined {
        cursor.announced ??= announced;
      },
      live(cursor: Cursor): undefined {
        const events = cursor.announced === undefined ? [] : missed(cursor.announced);
        cursor.announced = undefined;
        if (events.length > 0 && armed) askers.add(cursor); // it has seen a count that may not last
        for (const event of events) cursor.listener.reply(encode(event));
      },
    });
    // A life that follows another finds those whose grace it had counted.
    for (const id of roster.absent()) {
      context.after(`grace ${id}`, graceMs(), { type: "graceOver", user: id });
    }
    if (changes.size > 0) arm();

    return function handle(message: RoomMessage): undefined {
      if (message.type === "announce") return announce();
      if (message.type === "members" && armed) {
        const cursor = audience.of(message.listener);
        if (cursor !== undefined) askers.add(cursor);
      }
      if (message.type === "graceOver") return remove(message.user, { own: false });
      if (message.type === "own" && message.layer === PRESENCE) return others?.handle(message.message as PresenceNews);
      return next_(message);
    };
  };
}
