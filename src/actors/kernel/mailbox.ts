import { Queue } from "./queue.ts";

/** How many messages of one class may wait, and what happens to the next one. */
export interface MessageClass {
  /** How many may wait. */
  readonly limit: number;
  /** How many bytes they may hold together, by the policy's `sizeOf`. */
  readonly limitBytes?: number;
  /** Whether the newcomer is refused (the default) or the oldest of the class gives way to it. */
  readonly overflow?: "refuse" | "drop-oldest";
}

/**
 * What a mailbox holds. One bound for everything is a trap, since it would eat the close message just when it matters:
 * so each message belongs to a class with a bound of its own, or to `control`, which is never shed.
 */
export interface MailboxPolicy<M, K extends string = string> {
  readonly classes: Readonly<Record<K, MessageClass>>;
  /** The class of a message; `"control"` for what must never be shed and goes first. */
  classOf(message: M): K | "control";
  /** The bytes a message holds; 0 when left out. */
  sizeOf?(message: M): number;
}

interface Tally {
  count: number;
  bytes: number;
}

const ANYTHING: MailboxPolicy<unknown> = { classes: { user: { limit: 1000 } }, classOf: () => "user" };

/** Whose mailbox it is, and who hears of what there was no room for. */
export interface Owner<M> {
  shed(message: M): void;
}

/** An actor's waiting messages in two lanes: control, never shed and taken first, and user, bounded by class. */
export class Mailbox<M, C> {
  readonly #policy: MailboxPolicy<M>;
  readonly #control = new Queue<C | M>();
  readonly #user = new Queue<M>();
  #tallies: Record<string, Tally> | undefined;
  /** How many messages were refused or gave way, since the actor was born. */
  dropped = 0;

  readonly #owner: Owner<M>;

  constructor(policy: MailboxPolicy<M> | undefined, owner: Owner<M>) {
    this.#policy = policy ?? ANYTHING;
    this.#owner = owner;
  }

  get depth(): number {
    return this.#control.length + this.#user.length;
  }

  get controlDepth(): number {
    return this.#control.length;
  }

  /** Puts something into the control lane. */
  urge(item: C): void {
    this.#control.push(item);
  }

  /** Puts a message where its class belongs, and answers whether there was room for it. */
  put(message: M): boolean {
    const name = this.#policy.classOf(message);
    if (name === "control") {
      this.#control.push(message);
      return true;
    }
    const bounds = this.#policy.classes[name] as MessageClass;
    this.#tallies ??= {};
    this.#tallies[name] ??= { count: 0, bytes: 0 };
    const tally = this.#tallies[name];
    const bytes = this.#policy.sizeOf?.(message) ?? 0;
    while (tally.count >= bounds.limit || (tally.count > 0 && tally.bytes + bytes > (bounds.limitBytes ?? Infinity))) {
      const oldest =
        bounds.overflow === "drop-oldest"
          ? this.#user.pluck((waiting) => this.#policy.classOf(waiting) === name)
          : undefined;
      this.#shed(oldest ?? message);
      if (oldest === undefined) return false;
      this.#forget(oldest);
    }
    tally.count += 1;
    tally.bytes += bytes;
    this.#user.push(message);
    return true;
  }

  /** Takes the next message: control before user, each lane in order. */
  take(): C | M | undefined {
    if (this.#control.length > 0) return this.#control.take();
    const message = this.#user.take();
    if (message !== undefined) this.#forget(message);
    return message;
  }

  /** Takes the next message of the control lane. */
  takeControl(): C | M | undefined {
    return this.#control.take();
  }

  #shed(message: M): void {
    this.dropped += 1;
    this.#owner.shed(message);
  }

  #forget(message: M): void {
    const tally = this.#tallies?.[this.#policy.classOf(message)] as Tally;
    tally.count -= 1;
    tally.bytes -= this.#policy.sizeOf?.(message) ?? 0;
  }
}
