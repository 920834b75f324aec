import type { Files } from "../files/mod.ts";
import type { Behavior, Context, Handle } from "../kernel/mod.ts";
import { type Asked, type Auth, type Command, type Decoded, encode, type RoomsQuery, type User } from "../wire/mod.ts";
import { Attendance, type AttendanceOptions } from "./attendance.ts";
import type { Admit } from "./checking.ts";
import type { ConnectionMessage } from "./message.ts";
import type { Pass } from "./pass.ts";
import type { Reading } from "./reading.ts";
import { Renewal } from "./renewal.ts";
import { RoomList } from "./room-list.ts";
import { Standing } from "./standing.ts";
import { Transfers } from "./transfers.ts";

/** What a member is made of. */
export interface MemberOptions extends AttendanceOptions {
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
  /** Says what it is greeted with, whoever it speaks for. */
  readonly greeting: (user: User) => string;
  /** What the URL asked for: rooms to be joined at once, and a name that was none. */
  readonly asked: readonly Asked[];
  readonly badName: boolean;
}

/** A connection that may take part: it does the peer's commands, or has the rooms do them. */
export function member(options: MemberOptions): Behavior<ConnectionMessage> {
  return function member(context: Context<ConnectionMessage>): Handle<ConnectionMessage> {
    const life = new Member(context, options);
    context.onStop(() => life.end());
    life.begin();
    return (message) => life.handle(message);
  };
}

/** One object for each connection, of which there are many: closures would take several times the memory. */
class Member {
  readonly #context: Context<ConnectionMessage>;
  readonly #options: MemberOptions;
  readonly #standing: Standing;
  readonly #transfers: Transfers | undefined;
  readonly #attendance: Attendance;
  #roomList: RoomList | undefined;
  #renewal: Renewal | undefined;
  /** How many of the rooms that the URL asked for are being joined. */
  #begun = 0;

  constructor(context: Context<ConnectionMessage>, options: MemberOptions) {
    const standing = new Standing(context, options.outbox, options);
    const transfers = keepsFiles(options) ? new Transfers(context, options) : undefined;
    this.#context = context;
    this.#options = options;
    this.#standing = standing;
    this.#transfers = transfers;
    this.#attendance = new Attendance(context, options, { standing, transfers });
  }

  begin(): undefined {
    this.#greet();
    if (this.#options.badName) {
      const message = "Cannot take this name: see issues";
      this.#attendance.refuse({}, { code: "bad_command", message, issues: ["name"] });
    }
    return this.#joinAsked();
  }

  /** The peer is gone, or this life has failed. */
  end(): undefined {
    this.#attendance.leaveAll();
    this.#transfers?.drop();
  }

  handle(message: ConnectionMessage): undefined {
    switch (message.type) {
      case "said":
        return this.#said(message.decoded);
      case "placed":
        return this.#attendance.placed(message.room, message.ref);
      case "seated":
        this.#attendance.seated(message.room, message.seat);
        return this.#joinAsked();
      case "turnedAway":
        this.#attendance.turnedAway(message.room);
        return this.#joinAsked();
      case "expelled":
        return this.#attendance.expelled(message.room, message.seat);
      case "gone":
        return this.#attendance.gone(message.room);
      case "granted":
        this.#attendance.granted(message.room, message.version, message.grants);
        return this.#joinAsked();
      case "regrant":
        this.#standing.outdate();
        return this.#attendance.renewed();
      case "listed":
        return this.#roomList?.listed(message.listing);
      case "checked":
        return this.#renewal?.end(message.command, message.verdict);
      case "expiring":
        return this.#standing.announce();
      case "expired":
        return this.#standing.end();
      case "transfer":
        return this.#transfers?.step(message.transfer, message.step);
      case "unwanted":
        return this.#transfers?.announced(message.bytes);
      case "received":
        if (typeof message.data !== "string" && this.#transfers?.take(message.data) === true) return;
        // Text has become commands by now, so this is binary, and none was announced.
        return this.#close("unsupportedData");
      default:
        return; // what is the connection's or its layers' own
    }
  }

  #said(decoded: Decoded): undefined {
    if (decoded.ok) return this.#act(decoded.command);
    return decoded.tooBig ? this.#close("tooBig") : this.#options.outbox.reply(encode(decoded.problem));
  }

  #act(command: Command): undefined {
    switch (command.type) {
      case "join":
        return this.#attendance.join(command);
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
        if (command.type === "upload") this.#transfers?.announced(command.size);
        return this.#attendance.command(command);
      case "download":
        return this.#transfers?.download(command);
      case "cancel":
        return this.#transfers?.cancel(command);
      case "rooms":
        return this.#rooms(command);
      case "auth":
        return this.#renew(command);
      case "ping": {
        const id = command.id === undefined ? {} : { id: command.id };
        return this.#options.outbox.reply(encode({ type: "pong", ...id, heads: this.#attendance.heads }));
      }
      default: {
        const message = "Cannot read the command: its type is not known here";
        return this.#attendance.refuse(command, { code: "unknown_type", message });
      }
    }
  }

  /** Lists rooms; made when it is first asked for, which most never do. */
  #rooms(query: RoomsQuery): undefined {
    const { outbox, rooms, limits } = this.#options;
    this.#roomList ??= new RoomList(this.#context, { outbox, rooms, limits, standing: this.#standing });
    return this.#roomList.list(query);
  }

  /** Takes new credentials; made when they first come, which for most is never. */
  #renew(auth: Auth): undefined {
    const { outbox, reading, admit, inband } = this.#options;
    this.#renewal ??= new Renewal(this.#context, {
      outbox,
      reading,
      admit,
      inband,
      standing: this.#standing,
      attendance: this.#attendance,
      greet: () => this.#greet(),
    });
    return this.#renewal.begin(auth);
  }

  /** Joins what the URL asked for, as far as the budget allows at a time. */
  #joinAsked(): undefined {
    const { asked, outbox } = this.#options;
    for (let next = asked[this.#begun]; next !== undefined && !outbox.full; next = asked[this.#begun]) {
      this.#begun += 1;
      this.#joinOrRefuse(next);
    }
  }

  #joinOrRefuse({ name, valid }: Asked): undefined {
    if (valid) return this.#attendance.join({ type: "join", room: name });
    const message = "Cannot join this room: its name is none";
    return this.#attendance.refuse({}, { room: name, code: "bad_command", message, issues: ["room"] });
  }

  #greet(): undefined {
    const { outbox, greeting } = this.#options;
    outbox.reply(greeting(outbox.user));
  }

  #close(name: "tooBig" | "unsupportedData"): undefined {
    this.#context.self.tell({ type: "end", close: name });
  }
}

function keepsFiles(options: MemberOptions): options is MemberOptions & { readonly files: Files } {
  return options.files !== undefined;
}
