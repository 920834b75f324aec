import { describe, expect, it } from "vitest";
import { type Context, restartOnFailure, type TurnEndStage } from "../../../src/actors/kernel/mod.ts";
import { Stage } from "../../../src/testing/mod.ts";
import { type Act, Diary, puppet } from "./puppet.ts";

/** An actor that has one hook; any act may request it. */
function hooked(stage: Stage, run: () => undefined, at?: TurnEndStage) {
  let request: () => undefined = () => undefined;
  const ref = stage.system.spawn(
    puppet((context) => {
      request = context.onTurnEnd(run, at);
    }),
    { supervision: restartOnFailure() },
  );
  return { ref, request: () => request() };
}

describe("onTurnEnd()", () => {
  it("runs once at the end of a turn, however often it was requested", async () => {
    const stage = new Stage();
    const diary = new Diary();
    const { ref, request } = hooked(stage, diary.note("end"));
    for (let at = 0; at < 3; at += 1) {
      ref.tell(() => {
        diary.write("message");
        request();
        request();
      });
    }
    await stage.settle();
    expect(diary.lines).toEqual(["message", "message", "message", "end"]);
  });

  it("runs in no turn in which nothing requested it", async () => {
    const stage = new Stage();
    const diary = new Diary();
    const { ref, request } = hooked(stage, diary.note("end"));
    ref.tell(() => request());
    await stage.settle();
    ref.tell(diary.note("later"));
    await stage.settle();
    expect(diary.lines).toEqual(["end", "later"]);
  });

  it("gathers for all before it flushes for any", async () => {
    const stage = new Stage();
    const diary = new Diary();
    const flushing = hooked(stage, diary.note("flush"), "flush");
    const one = hooked(stage, diary.note("gather one"), "gather");
    const other = hooked(stage, diary.note("gather other"));
    flushing.ref.tell(() => flushing.request());
    one.ref.tell(() => one.request());
    other.ref.tell(() => other.request());
    await stage.settle();
    expect(diary.lines).toEqual(["gather one", "gather other", "flush"]);
  });

  it("flushes in the same turn what a gathering asked for", () => {
    const stage = new Stage();
    const diary = new Diary();
    const flushing = hooked(stage, diary.note("flush"), "flush");
    const gathering = hooked(stage, () => flushing.request());
    gathering.ref.tell(() => gathering.request());
    stage.scheduler.step();
    expect(diary.lines).toEqual(["flush"]);
  });

  it("runs again in the same turn what a run requests for its own stage", () => {
    const stage = new Stage();
    const diary = new Diary();
    let left = 3;
    const hook = hooked(stage, () => {
      diary.write("gather");
      left -= 1;
      if (left > 0) hook.request();
    });
    hook.ref.tell(() => hook.request());
    stage.scheduler.step();
    expect(diary.lines).toEqual(["gather", "gather", "gather"]);
    expect(stage.scheduler.idle).toBe(true);
  });

  it("has a gathering that a flush asks for run in a turn of its own", () => {
    const stage = new Stage();
    const diary = new Diary();
    const gathering = hooked(stage, diary.note("gather"));
    const flushing = hooked(stage, () => gathering.request(), "flush");
    flushing.ref.tell(() => flushing.request());
    stage.scheduler.step();
    expect(diary.lines).toEqual([]);
    stage.scheduler.step();
    expect(diary.lines).toEqual(["gather"]);
  });

  it("brings about a turn where it is requested outside of one", () => {
    const stage = new Stage();
    const diary = new Diary();
    const { request } = hooked(stage, diary.note("end"));
    request();
    request();
    expect(stage.scheduler.length).toBe(1);
    stage.scheduler.step();
    expect(diary.lines).toEqual(["end"]);
  });

  it("has what a run tells handled in the next turn", () => {
    const stage = new Stage();
    const diary = new Diary();
    const other = stage.system.spawn(puppet());
    const hook = hooked(stage, () => void other.tell(diary.note("told")) as undefined);
    hook.ref.tell(() => hook.request());
    stage.scheduler.step();
    expect(diary.lines).toEqual([]);
    stage.scheduler.step();
    expect(diary.lines).toEqual(["told"]);
  });

  it("fails its own actor alone where it throws", async () => {
    const stage = new Stage();
    const diary = new Diary();
    const failing = hooked(stage, () => {
      throw new Error("no end");
    });
    const fine = hooked(stage, diary.note("fine"));
    failing.ref.tell(() => failing.request());
    fine.ref.tell(() => fine.request());
    await stage.advance(0);
    expect(diary.lines).toEqual(["fine"]);
    expect(stage.events).toMatchObject([{ type: "failed", path: failing.ref.path, outcome: "restarted" }]);
    expect(stage.system.snapshot().map(({ restarts }) => restarts)).toEqual([1, 0]);
  });

  it("does not run for a life that has ended since", async () => {
    const stage = new Stage();
    const diary = new Diary();
    const { ref, request } = hooked(stage, diary.note("end"));
    ref.tell((context) => {
      request();
      context.stop();
    });
    await stage.settle();
    expect(diary.lines).toEqual([]);
  });

  it("leaves a stopping actor to its stop where it throws", async () => {
    const stage = new Stage();
    const slow: Act = () => stage.clock.moveTo(stage.clock.now() + 10);
    let lives = 0;
    const parent = stage.system.spawn(
      puppet((context: Context<Act>) => {
        lives += 1;
        context.spawn(puppet(), { name: "child" });
        const request = context.onTurnEnd(() => {
          throw new Error("no end");
        });
        if (lives === 1) request();
      }),
      { name: "parent", supervision: restartOnFailure() },
    );
    stage.system.stop(parent);
    // The turn's time is over before the child gets to its own stop.
    stage.system.spawn(puppet(), { name: "slowpoke" }).tell(slow);
    await stage.advance(10_000);
    expect(lives).toBe(1);
    expect(stage.system.snapshot().map(({ path }) => path)).toEqual(["/slowpoke"]);
  });
});
