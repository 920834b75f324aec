import type { Context, Handle, Layer } from "../kernel/mod.ts";
import { encode, Frames, type Presence, type Sender } from "../wire/mod.ts";
import type { Cursor } from "./cursor.ts";
import type { RoomMessage } from "./message.ts";
import type { RoomScope } from "./scope.ts";

/** Who came and who went between two announcements. */
interface Change {
  readonly joined: readonly Sender[];
  readonly left: readonly string[];
}

/** How many changes are kept for members who are behind; one further behind is sent to ask for `members`. */
const KEPT_CHANGES = 64;
/** Counts give way to names again once there are this many times the limit: no flapping at the limit itself. */
const RETURN = 0.9;

/**
 * Tells a room's members who comes and goes: diffs, gathered into at most one event per `presenceIntervalMs`, and above
 * `presenceLimit` members counts alone. A user whose last connection is lost stays for `presenceGraceMs`; whoever leaves
 * by its own word is gone at once.
 */
export function presence(scope: RoomScope): Layer<RoomMessage> {
  const { audience, roster, limits, name: room } = scope;
  const pending = new Map<string, Sender | "left">();
  const past: Change[] = [];
  let announced = 0;
  let counting = false;

  function take(): Change {
    const joined: Sender[] = [];
    const left: string[] = [];
    for (const [id, change] of pending) change === "left" ? left.push(id) : joined.push(change);
    pending.clear();
    return { joined, left };
  }

  function came(user: Sender): undefined {
    if (pending.get(user.id) === "left") pending.delete(user.id);
    else pending.set(user.id, { id: user.id, name: user.name });
  }

  function went(id: string): undefined {
    const change = pending.get(id);
    if (change !== undefined && change !== "left") pending.delete(id);
    else pending.set(id, "left");
  }

  /** The event that tells of a change; counts alone where there are too many, or where counting has just ended. */
  function next(): Presence {
    const was = counting;
    counting = roster.size > limits.presenceLimit * (counting ? RETURN : 1);
    const change = take();
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
    const changes = announced - since > past.length ? undefined : past.slice(past.length - (announced - since));
    if (changes !== undefined) return changes.map((change) => eventOf(change, count));
    // Too far behind: as if counts had taken over and names come back, upon which a client asks for `members`.
    return [
      { type: "presence", room, count, mode: "count" },
      { type: "presence", room, count },
    ];
  }

  return function presenceLife(context: Context<RoomMessage>, next_: Handle<RoomMessage>): Handle<RoomMessage> {
    let armed = false;
    let quietUntil = context.now();

    function arm(): undefined {
      if (armed) return;
      armed = true;
      context.after("announce", Math.max(0, quietUntil - context.now()), { type: "announce" });
    }

    function announce(): undefined {
      armed = false;
      scope.rooms.tell({ type: "counted", room, count: roster.size });
      if (pending.size === 0) return;
      quietUntil = context.now() + limits.presenceIntervalMs;
      const full = audience.spread(new Frames([encode(next())]));
      for (const cursor of full) cursor.announced ??= announced - 1;
      if (full.length > 0) context.self.tell({ type: "full", cursors: full });
    }

    function remove(id: string): undefined {
      if (!roster.remove(id)) return;
      went(id);
      arm();
    }

    scope.observers.add({
      entered(cursor: Cursor): undefined {
        cursor.announced = announced;
        const { user } = cursor.listener;
        context.cancel(`grace ${user.id}`);
        if (!roster.enter(user)) return;
        came(user);
        arm();
      },
      left(cursor: Cursor, abrupt: boolean): undefined {
        const { id } = cursor.listener.user;
        if (!roster.drop(id)) return;
        if (abrupt) context.after(`grace ${id}`, limits.presenceGraceMs, { type: "graceOver", user: id });
        else remove(id);
      },
      behind(cursor: Cursor): undefined {
        cursor.announced ??= announced;
      },
      live(cursor: Cursor): undefined {
        const events = cursor.announced === undefined ? [] : missed(cursor.announced);
        cursor.announced = undefined;
        for (const event of events) cursor.listener.reply(encode(event));
      },
    });
    // A life that follows another finds those whose grace it had counted.
    for (const id of roster.absent()) {
      context.after(`grace ${id}`, limits.presenceGraceMs, { type: "graceOver", user: id });
    }
    if (pending.size > 0) arm();

    return function handle(message: RoomMessage): undefined {
      if (message.type === "announce") return announce();
      if (message.type === "graceOver") return remove(message.user);
      return next_(message);
    };
  };
}
