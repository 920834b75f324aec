import type { ActorRef, Context, Handle } from "../../kernel/mod.ts";
import type { Publish, RoomMessage } from "../message.ts";
import type { Records } from "../records.ts";
import type { RoomScope } from "../scope.ts";
import { wayBack } from "../way-back.ts";
import type { Judge } from "./judge.ts";
import { own, type Redaction, type Withheld } from "./news.ts";
import { refusalText } from "./refuse.ts";
import type { Reading } from "./register.ts";
import type { Rules } from "./rules.ts";
import type { WardenMessage } from "./warden.ts";
import { WithheldWords } from "./withheld.ts";

/** What a room's rules are read with, in one life of it. */
export interface StudiesOptions {
  readonly records: Records;
  readonly rules: Rules;
  readonly judge: Judge;
  readonly warden: ActorRef<WardenMessage>;
  readonly next: Handle<RoomMessage>;
  /** Has a redaction judged again. */
  readonly redo: (redaction: Redaction) => undefined;
}

const RETRY_MS = 1_000;
/** An answer that takes longer counts as none. */
const PATIENCE_MS = 5_000;
/** How often rules that other nodes change are looked at, should word of a change be lost. */
const COMPARE_MS = 5_000;

/**
 * How a room learns its rules, in one life of it. It takes nothing before it knows them; and where the log knows of a newer
 * policy than this node, it takes nothing until it has learnt that, so that what was withheld keeps its order.
 */
export class Studies {
  readonly #scope: RoomScope;
  readonly #context: Context<RoomMessage>;
  readonly #options: StudiesOptions;
  readonly #withheld = new WithheldWords();
  #reading = false;
  #looks = 0;
  /** Whether a change was heard of while an answer was under way that may be older. */
  #again: "no" | "calm" | "urgent" = "no";
  /** Whom to hear from before anything can be judged. */
  #owed = { room: false, house: false };
  #holding = false;

  constructor(scope: RoomScope, context: Context<RoomMessage>, options: StudiesOptions) {
    this.#scope = scope;
    this.#context = context;
    this.#options = options;
  }

  /** Reads the rules first of all, and follows them. */
  begin(): undefined {
    const { records, rules } = this.#options;
    const { topic } = rules.register;
    const watch = records.watch(topic, (change) => {
      const concern = rules.register.concern(change);
      if (concern !== undefined) this.#context.self.tell(own({ type: "look", urgent: concern === "change" }));
    });
    this.#context.onStop(() => {
      watch.close();
      this.#giveUp();
    });
    if (this.#scope.log.shared) {
      this.#context.every("moderation compare", COMPARE_MS, own({ type: "look", urgent: false }));
    }
    this.#ask();
  }

  /** Reads what is new; `urgent`: there is known to be something, so that without an answer nothing is known. */
  look(urgent: boolean): undefined {
    if (this.#reading) {
      if (this.#again !== "urgent") this.#again = urgent ? "urgent" : "calm";
      return;
    }
    this.#reading = true;
    this.#looks += 1;
    const look = this.#looks;
    this.#context.pipe(
      this.#options.rules.register.read(),
      (reading) => own({ type: "read", look, reading }),
      () => own({ type: "notRead", look, urgent }),
    );
    this.#context.after("moderation patience", PATIENCE_MS, own({ type: "notRead", look, urgent }));
  }

  read(reading: Reading, look: number): undefined {
    this.take(reading);
    if (!this.#answered(look)) return;
    this.#options.judge.knows = true;
    if (this.#again !== "no") return this.#lookAgain();
    if (this.#options.rules.register.isOwing) this.look(false);
    this.#owed.room = false;
    return this.goOn();
  }

  notRead(urgent: boolean, look: number): undefined {
    if (!this.#answered(look)) return;
    if (this.#again !== "no") return this.#lookAgain();
    if (!urgent && this.#options.judge.knows) return;
    this.#options.judge.knows = false;
    this.#context.after("moderation look", RETRY_MS, own({ type: "look", urgent: true }));
    return this.#giveUp();
  }

  /** Does what newly read rules ask for: whoever is not to be here goes. */
  take(reading: Reading): undefined {
    const { rules, next } = this.#options;
    const now = this.#context.now();
    // What is under way may be refused by now, and be judged again: nothing that comes behind it may overtake it.
    if (reading.version > rules.register.version && this.#scope.inHand.pending) this.#hold();
    for (const name of rules.take(reading, { now, date: this.#context.date() })) {
      const [kind, user = ""] = name.split(" ");
      const standing = kind === "kick" || kind === "ban" ? rules.standing(kind, user, now) : undefined;
      if (standing === undefined) continue;
      const { reason, until } = standing.sanction;
      next({ type: "expel", user, reason, until });
    }
  }

  /** Keeps what the log refused, to be judged again. */
  withhold(withheld: Withheld): boolean {
    if (!this.#withheld.add(withheld)) return false;
    if (this.#owed.room || this.#owed.house) return true;
    this.#ask();
    return true;
  }

  houseRead(current: boolean): undefined {
    this.#owed.house = false;
    return current ? this.goOn() : this.#giveUp();
  }

  /** Has what was withheld judged again, once all is known and nothing is under way that may be refused, too. */
  goOn(): undefined {
    if (!this.#holding || this.#owed.room || this.#owed.house) return;
    if (this.#scope.inHand.pending) return;
    for (const withheld of this.#withheld.take()) {
      if ("target" in withheld) this.#options.redo(withheld);
      else this.#context.self.tell({ type: "republish", publish: withheld });
    }
    this.#release();
  }

  /** Asks for the newest rules, of the room and of the house, and takes nothing until they are there. */
  #ask(): undefined {
    this.#hold();
    this.#owed = { room: true, house: true };
    const { self } = this.#context;
    const reply = (current: boolean): undefined => void self.tell(own({ type: "houseRead", current })) as undefined;
    if (!this.#options.warden.tell({ type: "refresh", reply })) reply(false);
    this.look(true);
  }

  /** Whether an answer is to the last question, and the first to it. */
  #answered(look: number): boolean {
    if (!this.#reading || look !== this.#looks) return false;
    this.#reading = false;
    this.#context.cancel("moderation patience");
    return true;
  }

  #lookAgain(): undefined {
    const urgent = this.#again === "urgent";
    this.#again = "no";
    return this.look(urgent);
  }

  /** What was withheld is in no log, and cannot be judged. */
  #giveUp(): undefined {
    this.#owed = { room: false, house: false };
    for (const withheld of this.#withheld.take()) this.#refuse("target" in withheld ? withheld.request : withheld);
    this.#release();
  }

  #hold(): undefined {
    this.#holding = true;
    this.#context.hold("rules");
  }

  #release(): undefined {
    this.#holding = false;
    this.#context.release("rules");
  }

  #refuse(asked: Publish | Redaction["request"]): undefined {
    const why = "it cannot be told at present who may do so";
    wayBack(asked)(refusalText(this.#scope.name, asked, { code: "unavailable", why, retryAfter: RETRY_MS }));
  }
}
