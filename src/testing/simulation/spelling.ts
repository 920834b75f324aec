import type { ServerEvent } from "../../actors/wire/mod.ts";

/** An event in a few words, for the trace. */
export function spell(event: ServerEvent): string {
  const room = "room" in event ? ` ${event.room}` : "";
  const id = "id" in event && event.id !== undefined ? ` #${event.id}` : "";
  switch (event.type) {
    case "joined":
      return `< joined${id}${room} ${event.epoch}/${event.seq} +${event.messages.length} of ${event.count}`;
    case "message":
      return `< ${event.seq}${room} ${event.content?.slice(0, 12) ?? ""}`;
    case "error":
      return `< error${id}${room} ${event.code}${event.unknown === true ? " unknown" : ""}`;
    case "reset":
      return `< reset${room} ${event.reason} ${event.epoch}/${event.seq}`;
    case "presence":
      return `< presence${room} ${event.count} +${event.joined?.map(({ id }) => id).join(",") ?? ""} -${event.left?.join(",") ?? ""}`;
    default:
      return `< ${event.type}${id}${room}${"seq" in event ? ` ${event.seq}` : ""}`;
  }
}
