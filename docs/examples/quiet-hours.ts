import type { RoomLayer } from "../../src/mod.ts";

/** Hours of a day in UTC, such as from 22 to 6. */
export interface Hours {
  readonly from: number;
  readonly to: number;
}

/** Takes no messages from members within these hours. Whoever reads may go on reading. */
export function quietHours({ from, to }: Hours): RoomLayer {
  return function quietHoursOf({ name: room }) {
    return function quietHoursLife(context, next) {
      function isQuiet(): boolean {
        const hour = new Date(context.date()).getUTCHours();
        return from <= to ? from <= hour && hour < to : from <= hour || hour < to;
      }

      return function handle(message): undefined {
        if (message.type !== "publish" || !isQuiet()) return next(message);
        const { listener, id } = message;
        const why = `Cannot say this in ${room}: it is quiet until ${to}:00 UTC`;
        listener.reply(JSON.stringify({ type: "error", id, room, code: "forbidden", message: why }));
      };
    };
  };
}
