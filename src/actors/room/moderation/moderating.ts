import { type ActorRef, type ActorSystem, restartOnFailure } from "../../kernel/mod.ts";
import type { Limits } from "../../wire/mod.ts";
import type { RoomLog } from "../log.ts";
import type { Records } from "../records.ts";
import type { RoomLayer } from "../scope.ts";
import { AuditTrail } from "./audit-trail.ts";
import { Bench } from "./bench.ts";
import { moderation } from "./moderation.ts";
import { Revocations } from "./revocations.ts";
import { Revoking } from "./revoking.ts";
import { type Revoke, type WardenMessage, warden } from "./warden.ts";

/** What a house is moderated with. */
export interface ModeratingOptions {
  readonly records: Records;
  readonly log: RoomLog;
  readonly limits: Limits;
  /** Has the connections closed that a revocation concerns. */
  readonly revoke: (message: Revoke) => undefined;
}

/** What moderates a house: the layer of its rooms, and what its routes do and show things by. */
export interface Moderating {
  readonly layer: RoomLayer;
  readonly bench: Bench;
  readonly revoking: Revoking;
  readonly trail: AuditTrail;
  readonly revocations: Revocations;
  readonly warden: ActorRef<WardenMessage>;
}

/** Puts together what moderates a house. */
export function moderating(system: ActorSystem, { records, log, limits, revoke }: ModeratingOptions): Moderating {
  const { clock } = system.ports;
  const { shared } = log;
  const trail = new AuditTrail(records, { kept: limits.auditedDeeds });
  const revocations = new Revocations(records, { shared });
  const options = { records, log, trail, date: () => clock.date(), limits };
  const bench = new Bench(options);
  const wardenRef = system.spawn(warden({ records, revocations, revoke, shared }), {
    name: "warden",
    supervision: restartOnFailure({ maxRestarts: Number.POSITIVE_INFINITY }),
  });
  const layer = moderation({ records, bench, trail, revocations, warden: wardenRef });
  return { layer, bench, revoking: new Revoking(options, revocations), trail, revocations, warden: wardenRef };
}
