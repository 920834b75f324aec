/** What an actor library is measured at; each resolves once so much of it is done. */
export interface KernelWork {
  /** One actor is told so many messages by one caller. */
  tell(count: number): Promise<void>;
  /** Two actors tell each other one message to and fro, so many times. */
  hop(count: number): Promise<void>;
  /** So many questions, a hundred under way, each with an answer. */
  ask(count: number): Promise<void>;
  /** So many actors are born, handle a message each, and end; a thousand at a time. */
  spawn(count: number): Promise<void>;
  /** A thousand actors are told one message after the other, so many in all. */
  crowd(count: number): Promise<void>;
  /**
   * So many messages, each of which has something written, and what they lead to is written together; resolves with the
   * number of writes. Left out where an actor can't wait for the end of what is under way.
   */
  stage?(count: number): Promise<number>;
}

/** The names of what is measured. */
export type WorkName = keyof KernelWork;

/** How many actors are there at a time. */
export const CROWD = 1_000;
/** How many questions are under way. */
export const QUESTIONS = 100;
