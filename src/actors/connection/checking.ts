import type { Context } from "../kernel/mod.ts";
import type { Auth } from "../wire/mod.ts";
import type { ConnectionMessage } from "./message.ts";
import type { Verdict } from "./pass.ts";
import type { Reading } from "./reading.ts";

/** Looks at a token that came on a connection. It never rejects. */
export type Admit = (token: string) => Promise<Verdict>;

/** Has the tokens of `auth` commands looked at, one after the other; whatever comes behind one waits for what it comes to. */
export class Checking {
  readonly #context: Context<ConnectionMessage>;
  readonly #reading: Reading;
  readonly #admit: Admit;

  constructor(context: Context<ConnectionMessage>, reading: Reading, admit: Admit) {
    this.#context = context;
    this.#reading = reading;
    this.#admit = admit;
  }

  /** Has a token looked at; `checked` comes of it. */
  begin(command: Auth): undefined {
    this.#reading.paused = true;
    this.#context.hold("auth");
    this.#context.pipe(
      this.#admit(command.token),
      (verdict) => ({ type: "checked", command, verdict }),
      () => ({ type: "checked", command, verdict: failed }),
    );
  }

  /** Goes on with what has waited. */
  end(): undefined {
    this.#reading.paused = false;
    this.#context.release("auth");
    this.#context.self.tell({ type: "eased" });
  }
}

const failed: Verdict = { ok: false, code: "unavailable", reason: "the token cannot be checked at present" };
