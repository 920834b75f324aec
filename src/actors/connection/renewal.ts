import type { Context } from "../kernel/mod.ts";
import { type Auth, encode } from "../wire/mod.ts";
import type { Attendance } from "./attendance.ts";
import { type Admit, Checking } from "./checking.ts";
import type { ConnectionMessage } from "./message.ts";
import type { Outbox } from "./outbox.ts";
import type { Verdict } from "./pass.ts";
import type { Reading } from "./reading.ts";
import type { Standing } from "./standing.ts";

/** What credentials are renewed with. */
export interface RenewalOptions {
  readonly outbox: Outbox;
  readonly reading: Reading;
  readonly standing: Standing;
  readonly attendance: Attendance;
  /** Looks at tokens; none are taken when left out. */
  readonly admit: Admit | undefined;
  /** Whether a guest may still become a user: tokens may come in commands here. */
  readonly inband: boolean;
  readonly greet: () => undefined;
}

/** A connection's way to new credentials, of the same user; a guest who has joined nothing yet may become a user. */
export class Renewal {
  readonly #context: Context<ConnectionMessage>;
  readonly #options: RenewalOptions;
  readonly #checking: Checking | undefined;

  constructor(context: Context<ConnectionMessage>, options: RenewalOptions) {
    const { reading, admit } = options;
    this.#context = context;
    this.#options = options;
    this.#checking = admit === undefined ? undefined : new Checking(context, reading, admit);
  }

  /** Has a token looked at; what comes behind it waits. */
  begin(auth: Auth): undefined {
    if (this.#checking === undefined) {
      return this.#options.attendance.refuse(auth, { code: "unauthorized", message: "Cannot take tokens here" });
    }
    return this.#checking.begin(auth);
  }

  /** Takes the token for what it was found to be, and goes on with what has waited. */
  end(auth: Auth, verdict: Verdict): undefined {
    this.#settle(auth, verdict);
    return this.#checking?.end();
  }

  #settle(auth: Auth, verdict: Verdict): undefined {
    const { outbox, standing, attendance, inband, greet } = this.#options;
    if (!verdict.ok) {
      const { code, reason } = verdict;
      const retry = code === "unavailable" ? { retryAfter: 5_000 } : {};
      attendance.refuse(auth, { code, message: `Cannot take this token: ${reason}`, ...retry });
      if (code === "banned") this.#context.self.tell({ type: "end", close: "banned" });
      return;
    }
    const { pass } = verdict;
    const same = pass.user.id === outbox.user.id;
    if (!same && !(inband && outbox.user.guest && !attendance.began)) {
      return attendance.refuse(auth, { code: "unauthorized", message: "Cannot take the token of another user" });
    }
    standing.renew(pass);
    if (!same) {
      outbox.user = pass.user;
      greet();
    }
    acknowledge(outbox, auth, pass.endsAt);
    return attendance.renewed();
  }
}

/** Says until when a token counts. */
export function acknowledge(outbox: Outbox, { id }: Auth, endsAt: number | undefined): undefined {
  const said = id === undefined ? {} : { id };
  outbox.reply(encode({ type: "ack", ...said, ...(endsAt !== undefined && { expires: endsAt }) }));
}
