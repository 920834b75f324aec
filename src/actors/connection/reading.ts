/** How a connection reads what comes in at present: its phases say, and its intake heeds. */
export class Reading {
  /** Whether commands wait: one is under way that decides about those behind it. */
  paused = false;
  /** What a message may measure where that is less than usual, in bytes. */
  maxBytes: number | undefined;
}
