import type { Context, Handle, Layer } from "../kernel/mod.ts";
import { type ErrorEvent, encode, type Joined, type SetState } from "../wire/mod.ts";
import type { Cursor } from "./cursor.ts";
import type { Listener } from "./listener.ts";
import type { Request, RoomMessage } from "./message.ts";
import type { Records, Stored } from "./records.ts";
import type { RoomLayer, RoomScope } from "./scope.ts";
import { StateBook } from "./state-book.ts";
import { Inquiry, type InquiryNews } from "./state-inquiry.ts";
import { Newcomers } from "./state-newcomers.ts";
import type { Value } from "./state-record.ts";
import { Showing } from "./state-showing.ts";
import { type SetOutcome, Writes, type WritingNews } from "./state-writes.ts";

const RETRY_MS = 1_000;

/** What is shown to those who may have seen newer values than are known here. */
const withheld: ReadonlyMap<string, Value> = new Map();

/** The layer's own messages. */
type StateNews =
  | WritingNews
  | InquiryNews
  | { readonly type: "changed"; readonly stored: Stored | undefined }
  | { readonly type: "show" };

/**
 * A room's state: a few named values that members with the grant `set` may change, and everybody is shown. Kept as one
 * record per room and changed by compare-and-set, so that no change is lost, on however many nodes at once. It is conflated:
 * at most one event per `stateIntervalMs`, with the newest value of each key that changed.
 */
export function state(records: Records): RoomLayer {
  return function stateLayer(scope: RoomScope): Layer<RoomMessage> {
    const { limits, name: room } = scope;
    const key = `room ${room} state`;
    const book = new StateBook();
    const showing = new Showing(scope);
    const newcomers = new Newcomers();
    const writes = new Writes({ key, records, book, limits });
    let quietUntil = 0;

    return function stateLife(context: Context<RoomMessage>, next: Handle<RoomMessage>): Handle<RoomMessage> {
      const inquiry = new Inquiry(scope, context, { key, records, book, newcomers });
      let armed = false;
      let retiring = false;

      function set({ listener, id, answer }: Request, { values }: SetState): undefined {
        const about = { ...(id !== undefined && { id }), room };
        const refuse = (error: Omit<ErrorEvent, "type" | "room" | "id">): undefined =>
          answer(encode({ type: "error", ...about, ...error }));
        if (scope.audience.of(listener) === undefined) {
          return refuse({ code: "not_joined", message: `Cannot do this in ${room}: join it first` });
        }
        if (!listener.grants(room).includes("set")) {
          return refuse({ code: "forbidden", message: `Cannot set this in ${room}: you may not` });
        }
        const done = (outcome: SetOutcome): undefined => {
          if (outcome.type === "stored") return answer(encode({ type: "ack", ...about }));
          return refuse(errorOf(outcome, room));
        };
        if (writes.add({ values, fence: undefined, done })) return writes.go(context);
        const message = `Cannot set this in ${room}: too much is under way`;
        return refuse({ code: "overloaded", message, retryAfter: RETRY_MS });
      }

      function heard(news: WritingNews): undefined {
        writes.heard(context, news);
        if (news.type === "notWritten") inquiry.ask();
        return goOn();
      }

      function goOn(): undefined {
        arm();
        if (!retiring || writes.pending || newcomers.waiting) return;
        retiring = false;
        context.self.tell({ type: "idle" });
      }

      /** Has everybody shown what is new, at once or when the interval is over. */
      function arm(): undefined {
        if (armed || !showing.owes(book.state.values, isDoubtful)) return;
        armed = true;
        context.after("state show", Math.max(0, quietUntil - context.now()), own({ type: "show" }));
      }

      function show(): undefined {
        armed = false;
        if (!showing.owes(book.state.values, isDoubtful)) return;
        quietUntil = context.now() + limits.stateIntervalMs;
        const full = showing.show(book.state.values, isDoubtful);
        if (full.length > 0) context.self.tell({ type: "full", cursors: full });
      }

      function isDoubtful({ listener }: Cursor): boolean {
        return newcomers.doubts(listener);
      }

      /** What someone may be shown on entering. */
      function shownTo(listener: Listener): ReadonlyMap<string, Value> {
        return newcomers.doubts(listener) ? withheld : book.state.values;
      }

      /** A room does not end while somebody waits for an answer, or at its door. */
      function retire(message: RoomMessage): undefined {
        const areComing = newcomers.areComing();
        retiring = writes.pending || newcomers.waiting;
        if (!retiring && !areComing) return next(message);
        scope.rooms.tell({ type: "kept", room });
        // They may be turned away at once, and then nobody else would ask again.
        if (!retiring) context.after("idle", limits.roomIdleMs, { type: "idle" });
      }

      const watch = records.watch(key, (change) => {
        if (change.key === key) context.self.tell(own({ type: "changed", stored: change.stored }));
      });
      context.onStop(function unwatch(): undefined {
        watch.close();
      });
      scope.observers.add({
        joining(listener: Listener): Pick<Joined, "state"> {
          const values = shownTo(listener);
          if (values.size === 0) return {};
          return { state: Object.fromEntries([...values].map(([name, { value }]) => [name, value])) };
        },
        entered: (cursor) => showing.entered(cursor, shownTo(cursor.listener)),
        left: (cursor) => showing.left(cursor),
        behind: (cursor) => showing.behind(cursor),
        live(cursor: Cursor): undefined {
          showing.live(cursor);
          arm();
        },
      });
      writes.abandon();
      writes.go(context);
      inquiry.ask();
      arm();

      function handleOwn(news: StateNews): undefined {
        switch (news.type) {
          case "written":
          case "checked":
          case "notWritten":
            return heard(news);
          case "changed":
            if (news.stored === undefined) return inquiry.ask();
            book.heard(news.stored);
            return arm();
          case "answered":
          case "notAnswered":
          case "ask":
          case "overdue":
            inquiry.heard(news);
            return goOn();
          case "show":
            return show();
          default:
            news satisfies never;
        }
      }

      return function handle(message: RoomMessage): undefined {
        switch (message.type) {
          case "own":
            return message.layer === "state" ? handleOwn(message.message as StateNews) : next(message);
          case "request":
            return message.command.type === "set" ? set(message, message.command) : next(message);
          case "put":
            if (!writes.add(message)) return message.done({ type: "refused", reason: "unavailable" });
            return writes.go(context);
          case "enter":
            return inquiry.admits(message) ? next(message) : undefined;
          case "leave":
            newcomers.left(message.listener);
            return next(message);
          case "retire":
            return retire(message);
          default:
            return next(message);
        }
      };
    };
  };
}

function errorOf(
  outcome: Exclude<SetOutcome, { readonly type: "stored" }>,
  room: string,
): Omit<ErrorEvent, "type" | "room" | "id"> {
  if (outcome.type === "refused" && outcome.reason === "full") {
    return {
      code: "bad_command",
      message: `Cannot set this in ${room}: its state would be too large`,
      issues: ["values"],
    };
  }
  if (outcome.type === "refused") {
    return {
      code: "unavailable",
      message: `Cannot set this in ${room}: nothing can be kept now`,
      retryAfter: RETRY_MS,
    };
  }
  const message = `Cannot tell whether this was set in ${room}: set it again`;
  return { code: "unavailable", message, retryAfter: RETRY_MS, unknown: true };
}

function own(message: StateNews): RoomMessage {
  return { type: "own", layer: "state", message };
}
