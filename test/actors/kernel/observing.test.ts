import { describe, expect, it } from "vitest";
import { ActorSystem, type SystemEvent } from "../../../src/actors/kernel/mod.ts";
import { StepScheduler, VirtualClock } from "../../../src/testing/mod.ts";
import { Diary, fail, puppet } from "./puppet.ts";

/** A system that reports to `observe`. */
function observed(observe: (event: SystemEvent) => void) {
  const scheduler = new StepScheduler();
  const system = new ActorSystem({ clock: new VirtualClock(), random: () => 0, scheduler }, { observe });
  return { scheduler, system };
}

describe("observe", () => {
  it("hears of each failure as it happens", () => {
    const events: SystemEvent[] = [];
    const { scheduler, system } = observed((event) => events.push(event));
    system.spawn(puppet(), { name: "failing" }).tell(fail("no"));
    scheduler.step();
    expect(events).toMatchObject([{ type: "failed", path: "/failing", outcome: "stopped", error: { message: "no" } }]);
  });

  it("stops no actor but the one that failed where it throws itself", () => {
    const { scheduler, system } = observed(() => {
      throw new Error("a bug in a logger");
    });
    const diary = new Diary();
    system.spawn(puppet(), { name: "failing" }).tell(fail());
    const other = system.spawn(puppet(), { name: "other" });
    for (const line of ["one", "two"]) {
      other.tell(diary.note(line));
      try {
        scheduler.step();
      } catch {
        // The runtime would hear of it; the system goes on all the same.
      }
    }
    while (scheduler.step());
    expect(diary.lines).toEqual(["one", "two"]);
    expect(system.snapshot().map(({ path }) => path)).toEqual(["/other"]);
    expect(system.unheard).toBe(1);
  });
});
