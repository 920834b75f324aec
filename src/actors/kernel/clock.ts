/** Time as the system sees it: a port, so that a whole server can run on a virtual one. */
export interface Clock {
  /** Milliseconds since some fixed moment; never jumps, never goes back. */
  now(): number;
  /** Milliseconds since 1970; may jump. */
  date(): number;
  /** Calls `run` once `now()` has reached `atMs`, and returns how to take that back. */
  alarm(atMs: number, run: () => void): () => void;
}

/** A source of numbers in [0, 1). */
export type Random = () => number;

/** The runtime's way to run something in a macrotask of its own, after the input that is already waiting. */
export interface Scheduler {
  macrotask(run: () => void): void;
}

/** Everything a system takes from the world. */
export interface Ports {
  readonly clock: Clock;
  readonly random: Random;
  readonly scheduler: Scheduler;
}
