import type { Behavior, Context, Handle } from "../kernel/mod.ts";
import { type Auth, type ErrorEvent, encode, type Limits } from "../wire/mod.ts";
import { type Admit, Checking } from "./checking.ts";
import type { ConnectionMessage } from "./message.ts";
import type { Outbox } from "./outbox.ts";
import type { Pass, Verdict } from "./pass.ts";
import type { Reading } from "./reading.ts";

/** What somebody is made of who has yet to show who it is. */
export interface AnonymousOptions {
  readonly outbox: Outbox;
  readonly reading: Reading;
  readonly limits: Limits;
  readonly admit: Admit;
  /** What it is once it has shown that, and the command by which it has. */
  readonly admitted: (pass: Pass, auth: Auth) => Behavior<ConnectionMessage>;
}

/**
 * A connection that has shown nothing yet: its first command is `auth`, within `authTimeoutMs` and in a short message, or
 * it is closed with 4401. It knows no room and can do nothing else.
 */
export function anonymous(options: AnonymousOptions): Behavior<ConnectionMessage> {
  const { outbox, reading, limits, admit, admitted } = options;
  return function anonymous(context: Context<ConnectionMessage>): Handle<ConnectionMessage> {
    const checking = new Checking(context, reading, admit);
    reading.maxBytes = limits.anonymousCommandBytes;
    context.after("unnamed", limits.authTimeoutMs, { type: "unnamed" });
    /** What it is: this, until it has shown who it is. */
    let handleNow: Handle<ConnectionMessage> = waiting;

    function waiting(message: ConnectionMessage): undefined {
      switch (message.type) {
        case "said":
          return said(message);
        case "checked":
          return checked(message.command, message.verdict);
        case "unnamed":
          return refuse({ code: "unauthorized", message: "Cannot wait longer for your credentials" });
        case "received":
          return void context.self.tell({ type: "end", close: "unsupportedData" }) as undefined;
        default:
          return; // what is the connection's or its layers' own
      }
    }

    function said({ decoded }: Extract<ConnectionMessage, { readonly type: "said" }>): undefined {
      if (decoded.ok && decoded.command.type === "auth") return checking.begin(decoded.command);
      if (!decoded.ok && decoded.tooBig) return void context.self.tell({ type: "end", close: "tooBig" }) as undefined;
      const { id } = decoded.ok ? decoded.command : decoded.problem;
      return refuse({ ...(id !== undefined && { id }), code: "unauthorized", message: "Cannot do this before auth" });
    }

    function checked(auth: Auth, verdict: Verdict): undefined {
      if (!verdict.ok) {
        const { id } = auth;
        const message = `Cannot let you in: ${verdict.reason}`;
        return refuse({ ...(id !== undefined && { id }), code: verdict.code, message });
      }
      context.cancel("unnamed");
      reading.maxBytes = undefined;
      handleNow = admitted(verdict.pass, auth)(context);
      return checking.end();
    }

    /** One that is let in comes back with other credentials, or not at all. */
    function refuse(error: Pick<ErrorEvent, "id" | "code" | "message">): undefined {
      outbox.reply(encode({ type: "error", ...error }));
      const close = error.code === "banned" ? "banned" : error.code === "unavailable" ? "overloaded" : "unauthorized";
      context.self.tell({ type: "end", close });
    }

    return (message) => handleNow(message);
  };
}
