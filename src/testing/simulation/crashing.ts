import type { RoomLayer, RoomMessage } from "../../actors/room/mod.ts";
import type { Dice } from "./dice.ts";
import { SimulatedFailure } from "./failure.ts";
import type { Faults } from "./faults.ts";

/** A layer that makes its room fail over some message, before or after the room has done what it asks. */
export function crashing(faults: Faults, dice: Dice): RoomLayer {
  return () => (_context, next) =>
    function crash(message: RoomMessage): undefined {
      if (faults.roomCrash === 0 || !dice.chance(faults.roomCrash)) return next(message);
      if (dice.chance(0.5)) next(message);
      throw new SimulatedFailure(`Cannot go on: the simulated room has failed over ${message.type}`);
    };
}
