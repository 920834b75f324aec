import type { Behavior, Context, Handle } from "../kernel/mod.ts";
import { encode, Frames, type Json, type SignalEvent } from "../wire/mod.ts";
import { Archive } from "./archive.ts";
import { Delivery } from "./delivery.ts";
import { Entrance } from "./entrance.ts";
import type { InHand } from "./in-hand.ts";
import type { ListMembers, Publish, ReadHistory, Request, RoomMessage, SignalMembers } from "./message.ts";
import { Proposals } from "./proposals.ts";
import type { RoomScope } from "./scope.ts";
import { wayBack } from "./way-back.ts";

const REOPEN_MS = 1_000;
/** How often a log that other nodes append to is asked for its head, since word of an entry may get lost. */
const COMPARE_MS = 5_000;
/** The newest entries are read when a room opens, so that joins are served without asking again. */
const OPENING = { count: 256, bytes: 256 * 1024 };

/**
 * A room: a log with an audience. It reads its log's end first, and takes nothing from members until that is there; then
 * it hands on what is appended, and appends what members say.
 */
export function room(scope: RoomScope, inHand: InHand): Behavior<RoomMessage> {
  return function room(context: Context<RoomMessage>): Handle<RoomMessage> {
    scope.observers.clear(); // those of a former life; layers, which begin after this, set their own
    const delivery = new Delivery(scope, context);
    const { catchUp } = delivery;
    const entrance = new Entrance(scope, context, delivery);
    const archive = new Archive(scope, context, delivery);
    const proposals = new Proposals(scope, context, { delivery, inHand });
    const tail = scope.log.tail(scope.name, (epoch, entries) => {
      context.self.tell({ type: "tailed", epoch, entries });
    });
    const topic = `signal ${scope.name}`;
    const signals = scope.bus.subscribe(topic, (event) => {
      context.self.tell({ type: "signalled", event: event as unknown as SignalEvent });
    });
    context.onStop(function letGo(): undefined {
      tail.close();
      signals.close();
    });
    if (scope.log.shared) context.every("compare", COMPARE_MS, { type: "compare" });
    let open = false;

    function read(): undefined {
      context.hold();
      context.pipe(
        scope.log.read(scope.name, { before: Number.MAX_SAFE_INTEGER }, OPENING),
        (page) => ({ type: "opened", page }),
        (error) => ({ type: "notOpened", error }),
      );
    }

    function compare(): undefined {
      context.pipe(
        scope.log.head(scope.name),
        (head) => ({ type: "compared", head }),
        () => ({ type: "compared", head: delivery.head }),
      );
    }

    /** Without its log a room turns newcomers away, and tries again. */
    function notOpened(): undefined {
      open = false;
      context.release();
      context.after("open", REOPEN_MS, { type: "open" });
    }

    function idle(): undefined {
      if (scope.audience.size === 0) scope.rooms.tell({ type: "idle", room: scope.name });
    }

    function retire(): undefined {
      const { audience, roster, limits, rooms, name } = scope;
      const awaited = roster.here().length > 0; // back, within their grace
      if (audience.size === 0 && !inHand.pending && !awaited) return context.stop();
      rooms.tell({ type: "kept", room: name });
      // Nobody is here, but someone who has left waits for an answer, or may come back.
      const waitMs = Math.max(limits.roomIdleMs, awaited ? limits.presenceGraceMs : 0);
      if (audience.size === 0) context.after("idle", waitMs, { type: "idle" });
    }

    /** Tells members something, here and on other nodes; shed where there is no room in the budget. */
    function signal({ listener, name, data }: SignalMembers): undefined {
      const { id, name: label } = listener.user;
      const sender = { id, name: label };
      const event: SignalEvent = {
        type: "signal",
        room: scope.name,
        name,
        ...(data !== undefined && { data }),
        sender,
      };
      scope.audience.spread(new Frames([encode(event)]), (cursor) => cursor.listener === listener);
      scope.bus.publish(topic, event as unknown as Json);
    }

    /** No layer of this room has taken it. */
    function unknown({ answer, id, command }: Request): undefined {
      const message = `Cannot do this in ${scope.name}: ${command.type} is not known here`;
      const said = id === undefined ? {} : { id };
      return answer(encode({ type: "error", ...said, room: scope.name, code: "unknown_type", message }));
    }

    /** What members ask for is done for members only, and in an open room only. */
    function admits(message: Publish | SignalMembers | ReadHistory | ListMembers, inside = false): boolean {
      const outside = message.type === "publish" && message.outside === true;
      const member = inside || outside || scope.audience.of(message.listener) !== undefined;
      if (member && open) return true;
      const code = member ? "unavailable" : "not_joined";
      const why = member ? "its log does not answer" : "join it first";
      const id = !("id" in message) || message.id === undefined ? {} : { id: message.id };
      wayBack(message)(
        encode({ type: "error", ...id, room: scope.name, code, message: `Cannot do this in ${scope.name}: ${why}` }),
      );
      return false;
    }

    function handle(message: RoomMessage): undefined {
      switch (message.type) {
        case "enter":
          return open ? entrance.enter(message) : entrance.refuse(message);
        case "leave":
          return entrance.leave(message);
        case "publish":
          return admits(message) ? proposals.publish(message) : undefined;
        case "say":
          return proposals.say(message);
        case "republish":
          // It was said by a member, who may have left by now.
          return admits(message.publish, true) ? proposals.publish(message.publish) : undefined;
        case "expel":
          return entrance.expel(message);
        case "signalled":
          scope.audience.spread(new Frames([encode(message.event)]));
          return;
        case "signal":
          return admits(message) ? signal(message) : undefined;
        case "history":
          return admits(message) ? archive.history(message) : undefined;
        case "members":
          return admits(message) ? archive.members(message) : undefined;
        case "request":
          return unknown(message);
        case "put":
          return message.done({ type: "refused", reason: "unavailable" });
        case "appended":
          proposals.answer(message);
          inHand.done();
          return proposals.accept(message);
        case "tailed":
          return delivery.accept(message.epoch, message.entries);
        case "opened":
          open = true;
          context.release();
          delivery.open(message.page);
          return entrance.reenter();
        case "open":
          return read();
        case "notOpened":
          return notOpened();
        case "gapRead":
          return delivery.gapRead(message.page);
        case "gapNotRead":
          return delivery.gapNotRead();
        case "readGap":
          return delivery.readGap();
        case "compare":
          return compare();
        case "compared":
          return delivery.compare(message.head);
        case "firstRead":
          return entrance.firstRead(message.enter, message.cursor, message.page);
        case "firstNotRead":
          return entrance.firstNotRead(message.enter, message.cursor);
        case "beyondRead":
          return entrance.beyondRead(message.page);
        case "beyondNotRead":
          return entrance.beyondNotRead();
        case "pageRead":
          return catchUp.pageRead(message.cursor, message.page);
        case "pageNotRead":
          return catchUp.pageNotRead(message.cursor);
        case "historyRead":
          return archive.historyRead(message.asked, message.page);
        case "historyNotRead":
          return archive.historyNotRead(message.asked);
        case "resume":
          message.cursor.waiting = false;
          return catchUp.advance(message.cursor);
        case "full":
          for (const cursor of message.cursors) if (cursor.state === "live") catchUp.lag(cursor);
          return;
        case "idle":
          return idle();
        case "retire":
          return retire();
        case "announce":
        case "graceOver":
        case "own":
          return; // a layer's
        default:
          message satisfies never;
      }
    }

    /** Takes up what the former life has failed over: nobody waits in vain for an answer, and whoever left has left. */
    function takeUp(message: RoomMessage | undefined): undefined {
      switch (message?.type) {
        case "leave":
        case "retire":
          context.self.tell(message);
          return;
        case "appended":
          return proposals.answer(message);
        case "enter":
          return entrance.failedOver(message);
        case "republish":
          return answerFor(message.publish, scope.name);
        default:
          return answerFor(message, scope.name);
      }
    }

    takeUp(inHand.take());
    read();
    if (scope.audience.size === 0) context.after("idle", scope.limits.roomIdleMs, { type: "idle" });

    return function room(message: RoomMessage): undefined {
      handle(message);
      inHand.done();
    };
  };
}

/** The sender of what a former life failed over hears that its outcome is not known. */
function answerFor(message: RoomMessage | undefined, room: string): undefined {
  if (message === undefined || !("listener" in message)) return;
  const id = "id" in message && message.id !== undefined ? { id: message.id } : {};
  const text = `Cannot tell what became of this in ${room}: the room has failed over it`;
  wayBack(message)(encode({ type: "error", ...id, room, code: "internal", message: text, unknown: true }));
}
