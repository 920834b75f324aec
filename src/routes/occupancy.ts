import type { Outbound, SocketEvents } from "../actors/connection/mod.ts";
import type { Counters } from "../actors/counters/mod.ts";
import type { AddressBook } from "./address-book.ts";
import { problem } from "./problem.ts";

/** How many connections there are, and whether more are let in. */
export class Occupancy {
  readonly #limit: number;
  readonly #outbound: Outbound;
  readonly #addresses: AddressBook;
  #open = 0;
  draining = false;

  constructor(limit: number, outbound: Outbound, addresses: AddressBook) {
    this.#limit = limit;
    this.#outbound = outbound;
    this.#addresses = addresses;
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

  /** Counts a connection from now until it is closed, and for its address as well, where there is one. */
  enter(events: SocketEvents, address?: string): SocketEvents {
    this.#open += 1;
    if (address !== undefined) this.#addresses.enter(address);
    return new Counted(this, { events, counters: this.#outbound.counters, address });
  }

  /** A connection that was counted is closed. */
  leave(address: string | undefined): void {
    this.#open -= 1;
    if (address !== undefined) this.#addresses.leave(address);
  }
}

interface CountedParts {
  readonly events: SocketEvents;
  readonly counters: Counters;
  readonly address: string | undefined;
}

/** Events of a connection that is counted until it is closed. */
class Counted implements SocketEvents {
  readonly #occupancy: Occupancy;
  readonly #events: SocketEvents;
  readonly #counters: Counters;
  readonly #address: string | undefined;

  constructor(occupancy: Occupancy, { events, counters, address }: CountedParts) {
    this.#occupancy = occupancy;
    this.#events = events;
    this.#counters = counters;
    this.#address = address;
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
    this.#occupancy.leave(this.#address);
    this.#events.closed(code);
  }
}
