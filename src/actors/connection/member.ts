import type { Files } from "../files/mod.ts";
import type { Behavior, Context, Handle } from "../kernel/mod.ts";
import { type Asked, type Command, type CommandType, encode, type Welcome } from "../wire/mod.ts";
import { Attendance, type AttendanceOptions } from "./attendance.ts";
import type { Admit } from "./checking.ts";
import type { ConnectionMessage } from "./message.ts";
import type { Pass } from "./pass.ts";
import type { Reading } from "./reading.ts";
import { Renewal } from "./renewal.ts";
import { RoomList } from "./room-list.ts";
import { Standing } from "./standing.ts";
import { Transfers } from "./transfers.ts";

/** The commands that are done here. */
export const served: ReadonlySet<CommandType> = new Set<CommandType>([
  "join",
  "leave",
  "message",
  "signal",
  "history",
  "members",
  "upload",
  "download",
  "cancel",
  "set",
  "rooms",
  "ping",
  "redact",
  "kick",
  "ban",
  "unban",
  "mute",
  "unmute",
  "policy",
  "auth",
]);

const aboutFiles: ReadonlySet<CommandType> = new Set<CommandType>(["upload", "download", "cancel"]);

/** The commands that are done where no files are kept. */
export const servedWithoutFiles: ReadonlySet<CommandType> = new Set(
  [...served].filter((type) => !aboutFiles.has(type)),
);

/** What a member is made of. */
export interface MemberOptions extends Omit<AttendanceOptions, "standing" | "transfers"> {
  /** Where files are kept; there are none, when left out. */
  readonly files: Files | undefined;
  /** By what it is let in. */
  readonly pass: Pass;
  readonly reading: Reading;
  /** Looks at tokens that come in commands; none are taken when left out. */
  readonly admit: Admit | undefined;
  /** Whether a pass is not to be let in any more. */
  readonly revoked: (pass: Pass) => boolean;
  /** Whether a guest may become a user by such a token. */
  readonly inband: boolean;
  /** What it is greeted with, beside who it speaks for. */
  readonly greeting: Omit<Welcome, "type" | "user">;
  /** What the URL asked for: rooms to be joined at once, and a name that was none. */
  readonly asked: readonly Asked[];
  readonly badName: boolean;
}

/** A connection that may take part: it does the peer's commands, or has the rooms do them. */
export function member({ greeting, asked, badName, ...options }: MemberOptions): Behavior<ConnectionMessage> {
  const { outbox, limits, pass, revoked, files, address } = options;

  return function member(context: Context<ConnectionMessage>): Handle<ConnectionMessage> {
    const standing = new Standing(context, outbox, { limits, pass, revoked });
    const transfers = files === undefined ? undefined : new Transfers(context, { outbox, files, limits, address });
    const attendance = new Attendance(context, { ...options, standing, transfers });
    const roomList = new RoomList(context, { ...options, standing });
    const renewal = new Renewal(context, { ...options, standing, attendance, greet });
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

    function greet(): undefined {
      outbox.reply(encode({ type: "welcome", ...greeting, user: outbox.user }));
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
        case "upload":
        case "set":
        case "redact":
        case "kick":
        case "ban":
        case "unban":
        case "mute":
        case "unmute":
        case "policy":
          if (command.type === "upload") transfers?.announced(command.size);
          return attendance.command(command);
        case "download":
          return transfers?.download(command);
        case "cancel":
          return transfers?.cancel(command);
        case "rooms":
          return roomList.list(command);
        case "auth":
          return renewal.begin(command);
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

    greet();
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
        case "expelled":
          return attendance.expelled(message.room, message.seat);
        case "gone":
          return attendance.gone(message.room);
        case "granted":
          attendance.granted(message.room, message.version, message.grants);
          return joinWanted();
        case "regrant":
          standing.outdate();
          return attendance.renewed();
        case "listed":
          return roomList.listed(message.listing);
        case "checked":
          return renewal.end(message.command, message.verdict);
        case "expiring":
          return standing.announce();
        case "expired":
          return standing.end();
        case "transfer":
          return transfers?.step(message.transfer, message.step);
        case "unwanted":
          return transfers?.announced(message.bytes);
        case "received":
          if (typeof message.data !== "string" && transfers?.take(message.data) === true) return;
          // Text has become commands by now, so this is binary, and none was announced.
          return close("unsupportedData");
        default:
          return; // what is the connection's or its layers' own
      }
    };
  };
}
