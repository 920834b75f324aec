/** Takes the times of a system's turns; called in every one, so it must cost next to nothing, and must not throw. */
export interface Meter {
  /** A turn in which something was done has taken so long, in ms. */
  turned(ms: number): undefined;
  /** What the turns so far had to write was written; `nowMs` is the clock's. */
  flushed(nowMs: number): undefined;
}

/** Takes no times. */
export const unmetered: Meter = { turned: () => undefined, flushed: () => undefined };
