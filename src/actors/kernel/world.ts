import type { Ports } from "./clock.ts";
import type { DeadLetters } from "./dead-letters.ts";
import type { Dispatcher } from "./dispatcher.ts";
import type { SystemEvent } from "./system.ts";
import type { Timers } from "./timers.ts";

/** What all cells of one system share. */
export interface World {
  readonly ports: Ports;
  readonly timers: Timers;
  readonly dispatcher: Dispatcher;
  readonly deadLetters: DeadLetters;
  report(event: SystemEvent): void;
  /** A cell without a parent has ended. */
  topEnded(path: string): void;
}
