import type { Pass } from "../actors/connection/mod.ts";
import type { Clock } from "../actors/kernel/mod.ts";
import type { Grant } from "../actors/wire/mod.ts";
import type { Refused } from "./file-refusal.ts";

/** What rights are looked at with. */
export interface RightsOptions {
  readonly clock: Clock;
  /** Whether a pass is not to be let in any more. */
  readonly revoked: (pass: Pass) => boolean;
}

/**
 * What someone may do in a room who brings a file to it, or why none is taken. A file may come for minutes, and meanwhile
 * credentials end, are revoked or grant less: so it is looked at before its bytes come, and again behind them.
 */
export async function uploadRights(
  pass: Pass,
  room: string,
  { clock, revoked }: RightsOptions,
): Promise<readonly Grant[] | Refused> {
  if (pass.endsAt !== undefined && pass.endsAt <= clock.date()) {
    return { code: "unauthorized", message: "Cannot take this file: your credentials have expired" };
  }
  if (revoked(pass)) return { code: "banned", message: "Cannot take this file: you are not let in any more" };
  const grants = await pass.grants(room);
  if (grants === undefined) {
    return { code: "unavailable", message: `Cannot tell who may upload in ${room}`, retryAfter: 1_000 };
  }
  if (grants.includes("write") && grants.includes("upload")) return grants;
  return { code: "forbidden", message: `Cannot upload in ${room}: it is not allowed` };
}
