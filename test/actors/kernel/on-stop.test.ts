import { describe, expect, it } from "vitest";
import { restartOnFailure } from "../../../src/actors/kernel/mod.ts";
import { Stage } from "../../../src/testing/mod.ts";
import { Diary, fail, nothing, puppet } from "./puppet.ts";

describe("onStop()", () => {
  it("runs what was registered last first", async () => {
    const stage = new Stage();
    const diary = new Diary();
    const ref = stage.system.spawn(
      puppet((context) => {
        for (const line of ["first", "second", "third"]) context.onStop(diary.note(line));
      }),
    );
    stage.system.stop(ref);
    await stage.settle();
    expect(diary.lines).toEqual(["third", "second", "first"]);
  });

  it("runs when a life fails", async () => {
    const stage = new Stage();
    const diary = new Diary();
    const ref = stage.system.spawn(
      puppet((context) => context.onStop(diary.note("ended"))),
      { supervision: restartOnFailure() },
    );
    ref.tell(fail());
    await stage.advance(0);
    expect(diary.lines).toEqual(["ended"]);
    stage.system.stop(ref);
    await stage.settle();
    expect(diary.lines).toEqual(["ended", "ended"]);
  });

  it("reports what throws in it, and runs the others all the same", async () => {
    const stage = new Stage();
    const diary = new Diary();
    const ref = stage.system.spawn(
      puppet((context) => {
        context.onStop(diary.note("first"));
        context.onStop(() => {
          throw new Error("cannot clean up");
        });
        context.onStop(diary.note("third"));
      }),
      { name: "ending" },
    );
    stage.system.stop(ref);
    await stage.settle();
    expect(diary.lines).toEqual(["third", "first"]);
    expect(stage.events).toMatchObject([{ type: "failed", path: "/ending", outcome: "ignored" }]);
    expect(stage.system.snapshot()).toEqual([]);
  });

  it("may still tell others, and no longer this actor", async () => {
    const stage = new Stage();
    const diary = new Diary();
    const other = stage.system.spawn(puppet());
    const ref = stage.system.spawn(
      puppet((context) =>
        context.onStop(() => {
          other.tell(diary.note("told"));
          expect(context.self.tell(nothing)).toBe(false);
        }),
      ),
    );
    stage.system.stop(ref);
    await stage.settle();
    expect(diary.lines).toEqual(["told"]);
  });
});
