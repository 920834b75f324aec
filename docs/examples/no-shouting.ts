import type { RoomLayer } from "../../src/mod.ts";

/** A room in which nobody shouts: a message in capitals is refused, and nothing else is touched. */
export const noShouting: RoomLayer = ({ name: room }) => {
  return function noShoutingLife(_context, next) {
    return function handle(message): undefined {
      if (message.type !== "publish" || !isShouted(message.content)) return next(message);
      const { listener, id } = message;
      const why = `Cannot say this in ${room}: please don't shout`;
      listener.reply(JSON.stringify({ type: "error", id, room, code: "forbidden", message: why }));
    };
  };
};

function isShouted(content: string): boolean {
  return /\p{Lu}{3}/u.test(content) && content === content.toUpperCase();
}
