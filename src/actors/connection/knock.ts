import type { ActorRef } from "../kernel/mod.ts";
import type { RoomsMessage } from "../room/mod.ts";
import { encode, type Join, type Limits } from "../wire/mod.ts";
import type { ConnectionMessage } from "./message.ts";
import type { Outbox } from "./outbox.ts";

/** Who knocks at a room, and where. */
export interface Knocking {
  readonly room: string;
  readonly self: ActorRef<ConnectionMessage>;
  readonly rooms: ActorRef<RoomsMessage>;
  readonly limits: Limits;
  /** What a room that is opened for a guest counts against; `undefined`: nothing. */
  readonly address: string | undefined;
}

/**
 * Asks the registry to be let into a room, which says later where that is (`placed`).
 *
 * @returns whether it was asked; where too many do, the join has been refused.
 */
export function knock(
  { id, since, history }: Join,
  outbox: Outbox,
  { room, self, rooms, limits, address }: Knocking,
): boolean {
  const answer = outbox.promise(limits.eventBytes);
  const newest = history ?? limits.historyDefaultEntries;
  const taken = rooms.tell({
    type: "enter",
    room,
    address: outbox.user.guest ? address : undefined,
    enter: { type: "enter", listener: outbox, id, answer, since, history: newest },
    reply: (ref) => {
      self.tell({ type: "placed", room, ref });
    },
  });
  if (taken) return true;
  const message = `Cannot join ${room}: too many are at the door`;
  const about = id === undefined ? { room } : { id, room };
  answer(encode({ type: "error", ...about, code: "overloaded", message, retryAfter: 1_000 }));
  return false;
}
