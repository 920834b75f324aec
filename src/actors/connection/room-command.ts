import type { LayerCommand, RoomMessage } from "../room/mod.ts";
import type { Command, Limits } from "../wire/mod.ts";
import type { Outbox } from "./outbox.ts";

/** A command for a room that was joined. */
export type RoomCommand =
  | Extract<Command, { readonly type: "leave" | "message" | "signal" | "history" | "members" }>
  | LayerCommand;

/** What an acknowledgement or an error may take, in bytes. */
const SHORT_BYTES = 512;

/** What a room is told of a command; for one with a long answer, room in the outgoing budget is set aside. */
export function toRoom(command: RoomCommand, listener: Outbox, limits: Limits): RoomMessage {
  const { id } = command;
  switch (command.type) {
    case "leave":
      return { type: "leave", listener, id, abrupt: false };
    case "message":
      return { type: "publish", listener, id, content: command.content, data: command.data, key: command.key };
    case "signal":
      return { type: "signal", listener, name: command.name, data: command.data };
    case "history": {
      const { before, after, limit = limits.historyEntries } = command;
      return { type: "history", listener, id, answer: listener.promise(limits.eventBytes), before, after, limit };
    }
    case "members": {
      const { limit = limits.joinedMembers, cursor } = command;
      return { type: "members", listener, id, answer: listener.promise(limits.eventBytes), limit, cursor };
    }
    default:
      return { type: "request", listener, id, answer: listener.promise(SHORT_BYTES), command };
  }
}
