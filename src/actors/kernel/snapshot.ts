/** An actor's last failure; `at` in ms since 1970. */
export interface LastFailure {
  readonly message: string;
  readonly at: number;
}

/** What is remembered of a failure: never more than its message. */
export function failureOf(error: unknown, at: number): LastFailure {
  return { message: error instanceof Error ? error.message : String(error), at };
}

/** What an actor is doing, as seen from outside; its children inside it. */
export interface ActorSnapshot {
  readonly path: string;
  /** The name of its present behaviour. */
  readonly behavior: string;
  /** `resting`: between a failure and the next life. */
  readonly state: "running" | "resting" | "stopping" | "ended";
  readonly mailbox: {
    /** Messages that wait, in both lanes. */
    readonly depth: number;
    /** Those of them in the control lane. */
    readonly control: number;
    /** For how many ms it has not been empty: no message in it is older. */
    readonly busyMs: number;
    /** Messages shed since the actor was born. */
    readonly dropped: number;
  };
  readonly restarts: number;
  readonly lastFailure: LastFailure | undefined;
  readonly children: readonly ActorSnapshot[];
}
