import { type ActorSystem, restartOnFailure } from "../kernel/mod.ts";
import { Buckets, perMinute } from "../rates/mod.ts";
import type { Limits } from "../wire/mod.ts";
import type { Bus } from "./bus.ts";
import { tally } from "./tally.ts";

/** The rates that hold whatever connection, or node, something comes by. */
export interface Rates {
  /** Messages, by user. */
  readonly users: Buckets;
  /** Messages of guests, by address. */
  readonly guests: Buckets;
  /** Messages, by room. */
  readonly rooms: Buckets;
  /** Rooms that guests open, by address. */
  readonly openings: Buckets;
}

/** Makes the rates of a house; with a bus, they hold over all nodes that are on it. */
export function rating(
  system: ActorSystem,
  { limits, bus }: { readonly limits: Limits; readonly bus: Bus | undefined },
): Rates {
  const { messagesPerRoomPerSecond: perSecond } = limits;
  const rates: Rates = {
    users: new Buckets(perMinute(limits.messagesPerUserPerMinute)),
    guests: new Buckets(perMinute(limits.messagesPerGuestAddressPerMinute)),
    rooms: new Buckets({ perSecond, burst: perSecond }),
    openings: new Buckets(perMinute(limits.roomsPerGuestAddressPerMinute)),
  };
  if (bus !== undefined) {
    const supervision = restartOnFailure({ maxRestarts: Number.POSITIVE_INFINITY });
    system.spawn(tally({ bus, buckets: { ...rates } }), { name: "tally", supervision });
  }
  return rates;
}
