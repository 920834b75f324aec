import type { House } from "../actors/connection/mod.ts";
import type { User } from "../actors/wire/mod.ts";

/** The rates of messages that come by no connection: the same as over one, and out of the same buckets. */
export class MessageRates {
  readonly #house: Pick<House, "userRates" | "guestRates" | "rateLimits" | "system">;

  constructor(house: Pick<House, "userRates" | "guestRates" | "rateLimits" | "system">) {
    this.#house = house;
  }

  /** Charges a message to its user, and a guest's to the address as well; answers 0, or how many ms to wait. */
  take({ id, guest }: User, address: string | undefined): number {
    const { userRates, guestRates, rateLimits, system } = this.#house;
    if (!rateLimits) return 0;
    const now = system.ports.clock.now();
    const waitMs = userRates.take(id, now);
    if (waitMs > 0 || !guest || address === undefined) return waitMs;
    const addressMs = guestRates.take(address, now);
    if (addressMs > 0) userRates.giveBack(id);
    return addressMs;
  }

  /** It was no new message. */
  giveBack({ id, guest }: User, address: string | undefined): undefined {
    const { userRates, guestRates, rateLimits } = this.#house;
    if (!rateLimits) return;
    userRates.giveBack(id);
    if (guest && address !== undefined) guestRates.giveBack(address);
  }
}
