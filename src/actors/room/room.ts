import type { Behavior, Context, Handle } from "../kernel/mod.ts";
import { type CommandId, encode, Frames } from "../wire/mod.ts";
import { Archive } from "./archive.ts";
import { Delivery } from "./delivery.ts";
import { Entrance } from "./entrance.ts";
import type { Listener } from "./listener.ts";
import type { RoomMessage, SignalMembers } from "./message.ts";
import { Proposals } from "./proposals.ts";
import type { RoomScope } from "./scope.ts";

const REOPEN_MS = 1_000;
/** The newest entries are read when a room opens, so that joins are served without asking again. */
const OPENING = { count: 256, bytes: 256 * 1024 };

/**
 * A room: a log with an audience. It reads its log's end first, and takes nothing from members until that is there; then
 * it hands on what is appended, and appends what members say.
 */
export function room(scope: RoomScope): Behavior<RoomMessage> {
  /** What was being handled, so that a failure does not leave its sender without an answer. */
  let inHand: RoomMessage | undefined;

  return function room(context: Context<RoomMessage>): Handle<RoomMessage> {
    scope.observers.clear(); // those of a former life; layers, which begin after this, set their own
    const delivery = new Delivery(scope, context);
    const entrance = new Entrance(scope, context, delivery);
    const archive = new Archive(scope, context, delivery);
    const proposals = new Proposals(scope, context, delivery);
    const tail = scope.log.tail(scope.name, (epoch, entries) => {
      context.self.tell({ type: "tailed", epoch, entries });
    });
    context.onStop(function closeTail(): undefined {
      tail.close();
    });
    let open = false;

    function read(): undefined {
      context.hold();
      context.pipe(
        scope.log.read(scope.name, { before: Number.MAX_SAFE_INTEGER }, OPENING),
        (page) => ({ type: "opened", page }),
        (error) => ({ type: "notOpened", error }),
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
      if (scope.audience.size === 0) return context.stop();
      scope.rooms.tell({ type: "kept", room: scope.name });
    }

    function signal({ listener, name, data }: SignalMembers): undefined {
      const { id, name: label } = listener.user;
      const event = { type: "signal", room: scope.name, name, ...(data !== undefined && { data }) } as const;
      // Shed where there is no room in the budget: a signal is nothing that anyone must have.
      scope.audience.spread(new Frames([encode({ ...event, sender: { id, name: label } })]), listener);
    }

    /** What members ask for is done for members only, and in an open room only. */
    function admits(message: { readonly listener: Listener; readonly id?: CommandId | undefined }): boolean {
      const member = scope.audience.of(message.listener) !== undefined;
      if (member && open) return true;
      const code = member ? "unavailable" : "not_joined";
      const why = member ? "its log does not answer" : "join it first";
      const id = message.id === undefined ? {} : { id: message.id };
      message.listener.reply(
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
        case "signal":
          return admits(message) ? signal(message) : undefined;
        case "history":
          return admits(message) ? archive.history(message) : undefined;
        case "members":
          return admits(message) ? archive.members(message) : undefined;
        case "appended":
          return proposals.appended(message);
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
        case "rebased":
          return delivery.rebased(message.head);
        case "gapRead":
          return delivery.gapRead(message.page);
        case "gapNotRead":
          return delivery.gapNotRead();
        case "firstRead":
          return entrance.firstRead(message.enter, message.cursor, message.page);
        case "firstNotRead":
          return entrance.firstNotRead(message.enter, message.cursor);
        case "pageRead":
          return delivery.pageRead(message.cursor, message.page);
        case "pageNotRead":
          return delivery.pageNotRead(message.cursor);
        case "historyRead":
          message.settle();
          return archive.historyRead(message.asked, message.page);
        case "historyNotRead":
          message.settle();
          return archive.historyNotRead(message.asked);
        case "resume":
          message.cursor.waiting = false;
          return delivery.advance(message.cursor);
        case "full":
          return delivery.lag(message.cursors);
        case "idle":
          return idle();
        case "retire":
          return retire();
        case "announce":
        case "graceOver":
          return; // the presence layer's own
        default:
          message satisfies never;
      }
    }

    answerFor(inHand, scope.name);
    read();
    if (scope.audience.size === 0) context.after("idle", scope.limits.roomIdleMs, { type: "idle" });

    return function room(message: RoomMessage): undefined {
      inHand = message;
      handle(message);
      inHand = undefined;
    };
  };
}

/** The sender of what a former life failed over hears that its outcome is not known. */
function answerFor(message: RoomMessage | undefined, room: string): undefined {
  if (message === undefined || !("listener" in message) || message.type === "leave") return;
  const id = "id" in message && message.id !== undefined ? { id: message.id } : {};
  const text = `Cannot tell what became of this in ${room}: the room has failed over it`;
  message.listener.reply(encode({ type: "error", ...id, room, code: "internal", message: text, unknown: true }));
}
