import type { Ports } from "../actors/kernel/mod.ts";
import type { Limits } from "../actors/wire/mod.ts";
import { Door, type DoorOptions, type DoorParts } from "../door/mod.ts";
import { AddressBook } from "./address-book.ts";
import { Admission } from "./admission.ts";

/** What a front door is made of. */
export interface FrontDoorParts
  extends Pick<DoorParts, "records" | "authenticate" | "authorize" | "revoked" | "observe"> {
  readonly ports: Ports;
  readonly limits: Limits;
  /** Whether addresses are held to anything. */
  readonly rateLimits: boolean;
}

/** Who tells who somebody is, who counts addresses, and who lets in by both. */
export interface FrontDoor {
  readonly door: Door;
  readonly addresses: AddressBook;
  readonly admission: Admission;
}

/** How long an app may take to say who someone is, or what a user may do. */
const HOOK_MS = 5_000;

/**
 * Puts a front door together.
 *
 * @throws {Error} where an option is not what it has to be.
 */
export function frontDoor(options: DoorOptions, { ports, limits, rateLimits, ...rest }: FrontDoorParts): FrontDoor {
  const { clock, random } = ports;
  const door = new Door(options, { ...rest, clock, ticketMs: limits.ticketMs, hookMs: HOOK_MS });
  const addresses = new AddressBook({ clock, limits, on: rateLimits });
  const nameGuest = (): string => `guest_${Math.floor(random() * 36 ** 8).toString(36)}`;
  return { door, addresses, admission: new Admission({ door, addresses, nameGuest }) };
}
