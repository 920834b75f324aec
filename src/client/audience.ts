import type { MembersEvent, Presence, Sender } from "../actors/wire/mod.ts";
import type { RoomState } from "./room-state.ts";

/** Who is in a room, made out of what its client is told. */
export interface Audience {
  look(): Pick<RoomState, "members" | "partial" | "count">;
  /** Begins anew, with those a `joined` lists; more than `limit` are only counted. */
  begin(listed: Pick<MembersEvent, "members" | "count">, limit: number): void;
  changed(event: Presence): void;
  /** Takes a page of members; the first one begins anew. */
  listed(event: MembersEvent, isFirst: boolean): void;
  /** Whether `members` is to be asked, since names are told and not all are known; it says so once. */
  takeStale(): boolean;
}

/** Makes an audience of nobody. */
export function audience(): Audience {
  const known = new Map<string, Sender>();
  let members: readonly Sender[] = [];
  let count = 0;
  let counting = false;
  let stale = false;

  function add(joined: readonly Sender[], left: readonly string[] = []): undefined {
    for (const member of joined) known.set(member.id, member);
    for (const id of left) known.delete(id);
    members = [...known.values()];
  }

  return {
    look: () => ({ members, partial: counting || members.length < count, count }),
    begin(listed, limit) {
      known.clear();
      add(listed.members);
      count = listed.count;
      counting = count > limit;
      stale = !counting && members.length < count;
    },
    changed(event) {
      count = event.count;
      const { mode, joined = [], left } = event;
      // Once names are back: whoever came and went in between was not told.
      if (!mode && counting) stale = true;
      counting = mode === "count";
      if (!counting) add(joined, left);
    },
    listed(event, isFirst) {
      if (isFirst) known.clear();
      add(event.members);
      count = event.count;
    },
    takeStale() {
      const was = stale;
      stale = false;
      return was;
    },
  };
}
