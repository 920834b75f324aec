import { type AudienceEvent, audienceEvents } from "./events/audience.ts";
import { type ConnectionEvent, connectionEvents } from "./events/connection.ts";
import { type DeliveryEvent, deliveryEvents } from "./events/delivery.ts";
import { type Entry, message, redacted } from "./events/entries.ts";
import { type ErrorEvent, error } from "./events/error.ts";
import { type ReplyEvent, replyEvents } from "./events/replies.ts";
import type { SchemasOf } from "./schema.ts";

/** The events that concern one room. */
export type RoomEvent = AudienceEvent | DeliveryEvent | Entry;

/** Everything the server says. */
export type ServerEvent = ConnectionEvent | RoomEvent | ReplyEvent | ErrorEvent;

/** What an event is called. */
export type EventType = ServerEvent["type"];

/** The schema of each type of event; fields they don't know are let through, since the server may add some. */
export const eventSchemas: SchemasOf<ServerEvent> = {
  ...connectionEvents,
  ...audienceEvents,
  ...deliveryEvents,
  message,
  redacted,
  ...replyEvents,
  error,
};
