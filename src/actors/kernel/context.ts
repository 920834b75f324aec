import type { Behavior, Layer } from "./behavior.ts";
import type { MailboxPolicy } from "./mailbox.ts";
import type { ActorRef } from "./ref.ts";
import type { Supervision } from "./supervision.ts";

/** How a child is born. */
export interface SpawnOptions<M> {
  /** Its name under its parent, unique there; a number behind `$` when left out. */
  readonly name?: string;
  /** Its layers, outermost first: composed once per life, and kept through every `become`. */
  readonly layers?: readonly Layer<M>[];
  /** What its mailbox holds, by class of message; 1,000 messages when left out. */
  readonly mailbox?: MailboxPolicy<M>;
  /** What happens when a handler throws; the actor stops when left out. */
  readonly supervision?: Supervision;
}

/** Why an actor ended: asked to, or because it failed once more than its supervision allows. */
export type Ending = { readonly type: "stopped" } | { readonly type: "failed"; readonly error: unknown };

/**
 * When in the end of a turn something runs. All of `commit` (what a turn wants stored is stored at once) comes first, and
 * whoever that wakes still runs within the turn. All of `gather` (rooms hand out what a turn brought) comes before any of
 * `flush` (connections write), so that whatever a turn produced for a socket leaves in one write.
 */
export type TurnEndStage = "commit" | "gather" | "flush";

/** What has been handed out in a `gather`: so many deliveries, to so many receivers that each get theirs in one write. */
export interface HandedOut {
  readonly deliveries: number;
  readonly receivers: number;
}

/**
 * What one life of an actor may do. It ends with that life: what a former life still has under way (timers, promises,
 * watches) is told apart from the present one's and dropped.
 */
export interface Context<M> {
  /** This actor, to be handed to others. */
  readonly self: ActorRef<M>;
  /** Milliseconds on a clock that never jumps; for durations and deadlines. */
  now(): number;
  /** Milliseconds since 1970 on the wall clock, which may jump; for what people read. */
  date(): number;
  /** A number in [0, 1), from the system's random source. */
  random(): number;
  /** Takes another behaviour from the next message on; the layers stay. */
  become(behavior: Behavior<M>): undefined;
  /**
   * Takes nothing but control messages from now on; the others wait in the mailbox, bounded as ever, until every `reason`
   * for it has been taken back by `release`.
   */
  hold(reason?: string): undefined;
  /** Takes a `hold` for that reason back. A new life begins without any. */
  release(reason?: string): undefined;
  /** Ends this actor after the present message: its children first, then itself. */
  stop(): undefined;
  /** Starts a child, which ends with this life at the latest. */
  spawn<C>(behavior: Behavior<C>, options?: SpawnOptions<C>): ActorRef<C>;
  /** Ends a child: its own children first, then itself. */
  stopChild(child: ActorRef<never>): undefined;
  /** Has `toMessage(ending)` told to this actor once `ref` has ended; at once if it has already. */
  watch(ref: ActorRef<never>, toMessage: (ending: Ending) => M): undefined;
  /** Takes a `watch` back. */
  unwatch(ref: ActorRef<never>): undefined;
  /** Tells `message` to this actor in `delayMs`. A timer of the same key is replaced. */
  after(key: string, delayMs: number, message: M): undefined;
  /** Tells `message` to this actor every `periodMs`. A timer of the same key is replaced. */
  every(key: string, periodMs: number, message: M): undefined;
  /** Ends the timer of that key: not even a message of it that waits in the mailbox is handled any more. */
  cancel(key: string): undefined;
  /** Runs when this life ends, by a stop or a failure; the last one registered runs first. */
  onStop(run: () => undefined): undefined;
  /**
   * Registers what runs at the end of a turn, and returns the request for it: `run` is called once at the end of each
   * turn in which it was requested at least once. What it hands out in a `gather` it may say: under load, the next flush
   * is kept waiting for more only where several deliveries go in one write.
   */
  onTurnEnd(run: () => HandedOut | undefined, stage?: TurnEndStage): () => undefined;
  /** Has a promise's outcome told to this actor as a message. */
  pipe<T>(promise: Promise<T>, toMessage: (value: T) => M, toFailure: (error: unknown) => M): undefined;
}
