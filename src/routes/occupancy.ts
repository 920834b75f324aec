import type { Outbound, SocketEvents } from "../actors/connection/mod.ts";
import type { Counters } from "../actors/counters/mod.ts";
import { problem } from "./problem.ts";

/** How many connections there are, and whether more are let in. */
export class Occupancy {
  readonly #limit: number;
  readonly #outbound: Outbound;
  #open = 0;
  draining = false;

  constructor(limit: number, outbound: Outbound) {
    this.#limit = limit;
    this.#outbound = outbound;
  }

  get open(): number {
    return this.#open;
  }

  /** Why nobody is let in at present; `undefined` where somebody is. */
  refusal(): Response | undefined {
    if (this.draining)
      return problem(503, "Cannot take connections: the server is about to end", { "retry-after": "5" });
    if (this.#open >= this.#limit || this.#outbound.full)
      return problem(503, "Cannot take more connections", { "retry-after": "30" });
    return undefined;
  }

  /** Counts a connection from now until it is closed; `left` is called then. */
  enter(events: SocketEvents, left?: () => void): SocketEvents {
    this.#open += 1;
    return new Counted(events, this.#outbound.counters, () => {
      this.#open -= 1;
      left?.();
    });
  }
}

/** Events of a connection that is counted until it is closed. */
class Counted implements SocketEvents {
  readonly #events: SocketEvents;
  readonly #counters: Counters;
  readonly #left: () => void;

  constructor(events: SocketEvents, counters: Counters, left: () => void) {
    this.#events = events;
    this.#counters = counters;
    this.#left = left;
  }

  received(data: string | Uint8Array): void {
    this.#counters.received += 1;
    this.#events.received(data);
  }

  alive(): void {
    this.#events.alive();
  }

  drained(): void {
    this.#events.drained();
  }

  closed(code: number): void {
    this.#left();
    this.#events.closed(code);
  }
}
