import type { Grant } from "../wire/mod.ts";
import type { RoomCommand } from "./room-command.ts";

/** What each command takes in its room; of those that are not named the room decides, or they take nothing. */
const NEEDED: Readonly<Partial<Record<RoomCommand["type"], Grant>>> = {
  message: "write",
  signal: "signal",
  set: "set",
  history: "read",
  members: "read",
  kick: "moderate",
  ban: "moderate",
  unban: "moderate",
  mute: "moderate",
  unmute: "moderate",
  policy: "moderate",
};

/** What must be granted in a room for a command to be done there; `undefined`: nothing, or the room decides. */
export function neededFor({ type }: RoomCommand): Grant | undefined {
  return NEEDED[type];
}
