import type { Outbound, SocketEvents } from "../actors/connection/mod.ts";
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
    return {
      received: (data) => events.received(data),
      alive: () => events.alive(),
      drained: () => events.drained(),
      closed: (code) => {
        this.#open -= 1;
        left?.();
        events.closed(code);
      },
    };
  }
}
