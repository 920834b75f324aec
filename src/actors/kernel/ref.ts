/** Where to send an actor messages: all that anyone else ever holds of it. */
export interface ActorRef<in M> {
  /** The actor's place in the tree, such as `/rooms/lobby`. */
  readonly path: string;
  /**
   * Puts a message into the actor's mailbox and returns at once.
   *
   * @returns whether the mailbox took it. A refusal (the actor has stopped, or the message's class is full) is also
   * counted among the dead letters, so a caller without a use for the answer may ignore it.
   */
  tell(message: M): boolean;
}
