import type { ActorRef, Context } from "../kernel/mod.ts";
import { type Json, misfitsOf, type Saying } from "../wire/mod.ts";
import type { HostMessage, HostPost, HostRoom } from "./host.ts";
import type { Fence, Outcome, Range } from "./log.ts";
import type { RoomMessage } from "./message.ts";
import type { RoomScope } from "./scope.ts";
import type { SetOutcome } from "./state-writes.ts";

/** What a host's view of its room is made of. */
export interface HostRoomOptions {
  readonly scope: RoomScope;
  readonly self: ActorRef<RoomMessage>;
  /** The lease under which the host acts. */
  readonly fence: Fence;
}

/** A room as a host sees it that acts under a lease. */
export function roomOf({ scope, self, fence }: HostRoomOptions): HostRoom {
  const { name, limits, log } = scope;
  const sender = { id: `host:${fence.host}`, name: fence.host };

  function check(what: string, saying: Saying): undefined {
    const misfits = misfitsOf(saying, limits);
    if (misfits.length > 0) throw new RangeError(`Cannot ${what} ${name}: ${misfits.join(" and ")} is past its limits`);
  }

  return {
    name,
    publish(context: Context<HostMessage>, { content, data, key }: HostPost): undefined {
      const said = { content, ...(data !== undefined && { data }), ...(key !== undefined && { key }) };
      check("publish in", { type: "message", ...said });
      const done = (outcome: Outcome): undefined => {
        context.self.tell({ type: "published", outcome });
      };
      if (!self.tell({ type: "say", sender, content, data, key, fence, done })) {
        done({ type: "refused", reason: "unavailable" });
      }
    },
    set(context: Context<HostMessage>, values: Readonly<Record<string, Json>>): undefined {
      check("set the state of", { type: "set", values });
      const done = (outcome: SetOutcome): undefined => {
        context.self.tell({ type: "stored", outcome });
      };
      const put = { values: new Map(Object.entries(values)), fence, done };
      if (!self.tell({ type: "put", ...put })) done({ type: "refused", reason: "unavailable" });
    },
    read(context: Context<HostMessage>, range: Range): undefined {
      context.pipe(
        log.read(name, range, { count: limits.historyEntries, bytes: limits.eventBytes }),
        (page) => ({ type: "read", page }),
        (error) => ({ type: "notRead", error }),
      );
    },
  };
}
