import type { Behavior, Context, Handle } from "../kernel/mod.ts";
import type { RoomsPage } from "../room/mod.ts";
import { type Asked, type Command, type CommandType, encode, type RoomsQuery, type Welcome } from "../wire/mod.ts";
import { Attendance, type AttendanceOptions } from "./attendance.ts";
import type { ConnectionMessage } from "./message.ts";

/** The commands that are done here. */
export const served: ReadonlySet<CommandType> = new Set<CommandType>([
  "join",
  "leave",
  "message",
  "signal",
  "history",
  "members",
  "rooms",
  "ping",
]);

/** What a member is made of. */
export interface MemberOptions extends AttendanceOptions {
  /** What it is greeted with, beside who it speaks for. */
  readonly greeting: Omit<Welcome, "type" | "user">;
  /** What the URL asked for: rooms to be joined at once, and a name that was none. */
  readonly asked: readonly Asked[];
  readonly badName: boolean;
}

/** A connection that may take part: it does the peer's commands, or has the rooms do them. */
export function member({ greeting, asked, badName, ...options }: MemberOptions): Behavior<ConnectionMessage> {
  const { outbox, rooms, limits } = options;

  return function member(context: Context<ConnectionMessage>): Handle<ConnectionMessage> {
    const attendance = new Attendance(context, options);
    const wanted = [...asked];

    /** Joins what the URL asked for, as far as the budget allows at a time. */
    function joinWanted(): undefined {
      for (let next = wanted[0]; next !== undefined && !outbox.full; next = wanted[0]) {
        wanted.shift();
        joinOrRefuse(next);
      }
    }

    function joinOrRefuse({ name, valid }: Asked): undefined {
      if (valid) return attendance.join({ type: "join", room: name });
      const message = "Cannot join this room: its name is none";
      return attendance.refuse({}, { room: name, code: "bad_command", message, issues: ["room"] });
    }

    function list({ id, prefix = "", limit = limits.pageEntries, cursor }: RoomsQuery): undefined {
      const said = id === undefined ? {} : { id };
      const answer = outbox.promise(limits.eventBytes);
      const reply = ({ rooms, cursor: next }: RoomsPage): undefined =>
        answer(encode({ type: "rooms", ...said, rooms, ...(next !== undefined && { cursor: next }) }));
      if (rooms.tell({ type: "list", prefix, limit, cursor, reply })) return;
      const message = "Cannot list rooms: too many ask at present";
      return answer(encode({ type: "error", ...said, code: "overloaded", message }));
    }

    function act(command: Command): undefined {
      switch (command.type) {
        case "join":
          return attendance.join(command);
        case "leave":
        case "message":
        case "signal":
        case "history":
        case "members":
          return attendance.command(command);
        case "rooms":
          return list(command);
        case "ping": {
          const id = command.id === undefined ? {} : { id: command.id };
          return outbox.reply(encode({ type: "pong", ...id, heads: attendance.heads }));
        }
        default: {
          const message = "Cannot read the command: its type is not known here";
          return attendance.refuse(command, { code: "unknown_type", message });
        }
      }
    }

    function close(name: "tooBig" | "unsupportedData"): undefined {
      context.self.tell({ type: "end", close: name });
    }

    outbox.reply(encode({ type: "welcome", ...greeting, user: outbox.user }));
    if (badName) {
      const message = "Cannot take this name: see issues";
      attendance.refuse({}, { code: "bad_command", message, issues: ["name"] });
    }
    joinWanted();

    return function handle(message: ConnectionMessage): undefined {
      switch (message.type) {
        case "said":
          if (message.decoded.ok) return act(message.decoded.command);
          return message.decoded.tooBig ? close("tooBig") : outbox.reply(encode(message.decoded.problem));
        case "placed":
          return attendance.placed(message.room, message.ref);
        case "seated":
          attendance.seated(message.room, message.seat);
          return joinWanted();
        case "turnedAway":
          attendance.turnedAway(message.room);
          return joinWanted();
        case "gone":
          return attendance.gone(message.room);
        case "received":
          // Text has become commands by now, so this is binary, and none was announced.
          return close("unsupportedData");
        default:
          return; // what is the connection's or its layers' own
      }
    };
  };
}
