import type { ActorRef } from "../kernel/mod.ts";
import type { RoomMessage } from "../room/mod.ts";
import { encode, type Limits } from "../wire/mod.ts";
import { neededFor } from "./needed.ts";
import type { Outbox } from "./outbox.ts";
import { type RoomCommand, toRoom } from "./room-command.ts";

/** Whom a command goes to. */
export interface Recipient {
  readonly room: string;
  readonly ref: ActorRef<RoomMessage>;
  readonly limits: Limits;
}

/**
 * Hands a command to its room, where that is granted; else, and where the room has too much to do, it is refused.
 *
 * @returns whether the room has taken it.
 */
export function handOver(command: RoomCommand, outbox: Outbox, { room, ref, limits }: Recipient): boolean {
  const id = command.id === undefined ? {} : { id: command.id };
  const needed = neededFor(command);
  if (needed !== undefined && !outbox.grants(room).includes(needed)) {
    const message = `Cannot do this in ${room}: it takes the grant ${needed}`;
    outbox.reply(encode({ type: "error", ...id, room, code: "forbidden", message }));
    return false;
  }
  const message = toRoom(command, outbox, limits);
  if (ref.tell(message)) return true;
  if (command.type === "signal") return false; // shed, as signals may be
  const why = `Cannot do this in ${room}: it has too much to do`;
  const text = encode({ type: "error", ...id, room, code: "overloaded", message: why });
  if ("answer" in message) message.answer(text);
  else outbox.reply(text);
  return false;
}
