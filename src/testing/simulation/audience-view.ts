import type { Joined, MembersEvent, Presence } from "../../actors/wire/mod.ts";

/** Who is in a room, as a client makes it out of what it is told. */
export class AudienceView {
  readonly members = new Set<string>();
  count = 0;
  /** Whether only counts come at present. */
  counting = false;
  /** Whether names have come back, and `members` is to be asked. */
  stale = false;

  joined({ members, count }: Joined): undefined {
    this.members.clear();
    for (const { id } of members) this.members.add(id);
    this.count = count;
    this.counting = false;
    this.stale = members.length < count;
  }

  changed({ joined = [], left = [], count, mode }: Presence): undefined {
    this.count = count;
    if (mode === "count") {
      this.counting = true;
      return;
    }
    if (this.counting) this.stale = true;
    this.counting = false;
    for (const { id } of joined) this.members.add(id);
    for (const id of left) this.members.delete(id);
  }

  listed({ members, count }: MembersEvent): undefined {
    this.members.clear();
    for (const { id } of members) this.members.add(id);
    this.count = count;
    this.stale = false;
  }

  /** What is wrong with the view, given who is really there. */
  wrong(truth: ReadonlySet<string>): string | undefined {
    const named = (ids: Iterable<string>): string => [...ids].sort().join(" ");
    if (this.count !== truth.size) return `counts ${this.count}, and ${truth.size} are there (${named(truth)})`;
    if (this.counting) return undefined;
    if (this.stale) return "was not told who is there when names came back";
    return named(this.members) === named(truth)
      ? undefined
      : `sees ${named(this.members)}, and ${named(truth)} are there`;
  }
}
