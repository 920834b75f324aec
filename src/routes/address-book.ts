import type { Clock } from "../actors/kernel/mod.ts";
import { Buckets } from "../actors/rates/mod.ts";
import type { Limits } from "../actors/wire/mod.ts";
import { problem } from "./problem.ts";

/** What addresses are counted with. */
export interface AddressBookOptions {
  readonly clock: Clock;
  readonly limits: Limits;
  /** Whether addresses are held to anything. */
  readonly on: boolean;
}

/** Counts what guests and the unauthenticated do, by the address they come from. */
export class AddressBook {
  readonly #options: AddressBookOptions;
  readonly #upgrades: Buckets;
  readonly #open = new Map<string, number>();

  constructor(options: AddressBookOptions) {
    const { upgradesPerAddressPerMinute, upgradeBurst } = options.limits;
    this.#options = options;
    this.#upgrades = new Buckets({ perSecond: upgradesPerAddressPerMinute / 60, burst: upgradeBurst });
  }

  /** Charges an address with one more request; answers 0, or how many ms it has to wait for the next. */
  charge(address: string): number {
    const { on, clock } = this.#options;
    return on ? this.#upgrades.take(address, clock.now()) : 0;
  }

  /** Whether an address has as many open connections as one may have. */
  isFull(address: string): boolean {
    const { on, limits } = this.#options;
    return on && (this.#open.get(address) ?? 0) >= limits.connectionsPerAddress;
  }

  /** Counts an open connection of an address, until that leaves. */
  enter(address: string): void {
    this.#open.set(address, (this.#open.get(address) ?? 0) + 1);
  }

  /** One connection of an address is closed. */
  leave(address: string): void {
    const left = (this.#open.get(address) ?? 1) - 1;
    if (left === 0) this.#open.delete(address);
    else this.#open.set(address, left);
  }
}

/** Why a request is refused at present, and when it may be tried again. */
export function tooMany(waitMs: number): Response {
  const seconds = Math.ceil(waitMs / 1_000);
  return problem(429, `Cannot take so many requests from one address: wait ${seconds} s`, {
    "retry-after": String(seconds),
  });
}
