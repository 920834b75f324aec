import type { Buckets } from "../rates/mod.ts";
import { encode } from "../wire/mod.ts";
import type { RoomLayer } from "./scope.ts";
import { wayBack } from "./way-back.ts";

/** Bounds the messages of one room, whoever says them: what is past it is answered with when to try again. */
export function roomRate(rates: Buckets): RoomLayer {
  return function roomRateOf({ name: room }) {
    return function roomRateLife(context, next) {
      return function handle(message): undefined {
        if (message.type !== "publish") return next(message);
        const retryAfter = rates.take(room, context.now());
        if (retryAfter === 0) return next(message);
        const about = { ...(message.id !== undefined && { id: message.id }), room };
        const why = `Cannot take so much in ${room} at once: wait ${retryAfter} ms`;
        return wayBack(message)(encode({ type: "error", ...about, code: "rate_limited", message: why, retryAfter }));
      };
    };
  };
}
