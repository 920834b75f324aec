/**
 * Why a message was not handled: its actor had `stopped`, its class in the mailbox was full (`overflow`), or it was
 * meant for a `former-life` of an actor that has restarted since.
 */
export type DeadLetterReason = "stopped" | "overflow" | "former-life";

/** A message that was not handled; its content is left out on purpose. */
export interface DeadLetter {
  readonly path: string;
  readonly reason: DeadLetterReason;
  /** The message's `type`, where it has one. */
  readonly type: string;
}

const RECENT = 64;

/** Counts what was not handled, and remembers the last of it, so that nothing is dropped unseen. */
export class DeadLetters {
  readonly #counts: Record<DeadLetterReason, number> = { stopped: 0, overflow: 0, "former-life": 0 };
  readonly #recent: DeadLetter[] = [];
  #next = 0;

  /** How many so far, by reason. */
  get counts(): Readonly<Record<DeadLetterReason, number>> {
    return { ...this.#counts };
  }

  /** The last 64, oldest first. */
  get recent(): readonly DeadLetter[] {
    return [...this.#recent.slice(this.#next), ...this.#recent.slice(0, this.#next)];
  }

  add(path: string, reason: DeadLetterReason, message: unknown): undefined {
    this.#counts[reason] += 1;
    this.#recent[this.#next] = { path, reason, type: typeOf(message) };
    this.#next = (this.#next + 1) % RECENT;
  }
}

function typeOf(message: unknown): string {
  if (typeof message !== "object" || message === null || !("type" in message)) return typeof message;
  return String(message.type);
}
