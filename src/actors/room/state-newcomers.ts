import type { Listener } from "./listener.ts";
import type { Enter } from "./message.ts";

/**
 * Those who want in while nobody can tell whether the room's state is known here as it is: another node may have changed
 * it a moment ago, and they may come from there. They wait until a question that was asked after they came is answered; let
 * in without, they are shown no state until one is.
 */
export class Newcomers {
  /** By which question each of them is waiting. */
  readonly #waiting = new Map<Listener, { readonly enter: Enter; readonly question: number }>();
  /** Who was let in, and has yet to come through the mailbox. */
  readonly #admitted = new WeakMap<Listener, Enter>();
  #isComing = false;
  readonly #gone = new WeakSet<Enter>();
  /** Who was let in without an answer, and which question would do. */
  readonly #doubtful = new Map<Listener, number>();
  #question = 0;
  #settled = false;

  /** The number of the last question. */
  get question(): number {
    return this.#question;
  }

  /** Numbers a question that is being asked. */
  ask(): number {
    this.#question += 1;
    return this.#question;
  }

  /** Whether a question has ever been answered. */
  get settled(): boolean {
    return this.#settled;
  }

  /**
   * Whether somebody may come in who stands behind this question in the mailbox; asked again, there is nobody who was let in
   * before, since that one has come through by then.
   */
  areComing(): boolean {
    const isComing = this.#isComing;
    this.#isComing = false;
    return isComing || this.#waiting.size > 0;
  }

  /** Whether somebody is waiting for an answer. */
  get waiting(): boolean {
    return this.#waiting.size > 0;
  }

  wait(enter: Enter, question: number): undefined {
    this.#waiting.set(enter.listener, { enter, question });
  }

  /** What is to be done with someone who comes: let in already, gone meanwhile, or new. */
  verdict(enter: Enter): "admitted" | "gone" | "new" {
    if (this.#gone.has(enter)) return "gone";
    return this.#admitted.get(enter.listener) === enter ? "admitted" : "new";
  }

  /** Someone who was let in has come through. */
  entered(listener: Listener): undefined {
    this.#admitted.delete(listener);
  }

  /** Someone goes, on whichever side of the door. */
  left(listener: Listener): undefined {
    const enter = this.#waiting.get(listener)?.enter ?? this.#admitted.get(listener);
    if (enter !== undefined) this.#gone.add(enter);
    this.#waiting.delete(listener);
    this.#admitted.delete(listener);
    this.#doubtful.delete(listener);
  }

  /** Whether someone may have seen newer values than are known here. */
  doubts(listener: Listener): boolean {
    return this.#doubtful.has(listener);
  }

  /** A question was answered: who was waiting for it may come in. */
  answered(question: number): readonly Enter[] {
    this.#settled = true;
    for (const [listener, needed] of this.#doubtful) if (needed <= question) this.#doubtful.delete(listener);
    return this.#admit((needed) => needed <= question);
  }

  /** A question was not answered: who was waiting for it may come in all the same, and another is needed. */
  unanswered(question: number): readonly Enter[] {
    const admitted = this.#admit((needed) => needed <= question);
    for (const { listener } of admitted) this.#doubtful.set(listener, question + 1);
    return admitted;
  }

  /** They have waited for too long. */
  overdue(): readonly Enter[] {
    for (const [listener, { question }] of this.#waiting) this.#doubtful.set(listener, question);
    return this.#admit(() => true);
  }

  #admit(may: (question: number) => boolean): readonly Enter[] {
    const admitted: Enter[] = [];
    for (const [listener, { enter, question }] of this.#waiting) {
      if (!may(question)) continue;
      this.#waiting.delete(listener);
      this.#admitted.set(listener, enter);
      this.#isComing = true;
      admitted.push(enter);
    }
    return admitted;
  }
}
