import { describe, expect, it } from "vitest";
import { restartOnFailure } from "../../../src/actors/kernel/mod.ts";
import { Stage } from "../../../src/testing/mod.ts";
import { type Act, Diary, fail, puppet } from "./puppet.ts";

/** Whether a promise has resolved by now. */
function watched(promise: Promise<void>): { readonly done: boolean } {
  const state = { done: false };
  void promise.then(() => {
    state.done = true;
  });
  return state;
}

describe("shutdown()", () => {
  it("resolves at once where nobody is there", async () => {
    await new Stage().system.shutdown();
  });

  it("resolves once the last actor has ended, children before parents", async () => {
    const stage = new Stage();
    const diary = new Diary();
    for (const name of ["one", "two"]) {
      stage.system.spawn(
        puppet((context) => {
          context.onStop(diary.note(name));
          context.spawn(puppet((context) => context.onStop(diary.note(`${name}'s child`))));
        }),
      );
    }
    const shutdown = watched(stage.system.shutdown().then(() => diary.write("down")));
    expect(shutdown.done).toBe(false);
    await stage.settle();
    expect(shutdown.done).toBe(true);
    expect(diary.lines.at(-1)).toBe("down");
    expect(diary.lines).toHaveLength(5);
    expect(stage.system.snapshot()).toEqual([]);
  });

  it("waits for an actor whose children need more than a turn", async () => {
    const stage = new Stage();
    const slow: Act = () => stage.clock.moveTo(stage.clock.now() + 10);
    stage.system.spawn(puppet((context) => context.spawn(puppet())));
    const shutdown = watched(stage.system.shutdown());
    stage.system.spawn(puppet()).tell(slow);
    stage.scheduler.step();
    await Promise.resolve();
    expect(shutdown.done).toBe(false);
  });

  it("does not wait for an actor to have rested", async () => {
    const stage = new Stage();
    const ref = stage.system.spawn(puppet(), { supervision: restartOnFailure() });
    ref.tell(fail());
    await stage.advance(0);
    ref.tell(fail());
    await stage.settle();
    const shutdown = watched(stage.system.shutdown());
    await stage.settle();
    expect(shutdown.done).toBe(true);
  });

  it("resolves for everyone who asks, again and again", async () => {
    const stage = new Stage();
    stage.system.spawn(puppet());
    const asked = [stage.system.shutdown(), stage.system.shutdown()].map(watched);
    await stage.settle();
    expect(asked.map(({ done }) => done)).toEqual([true, true]);
    await stage.system.shutdown();
  });
});

describe("quiet()", () => {
  it("resolves at the end of the turn that leaves nothing to do", async () => {
    const stage = new Stage();
    const diary = new Diary();
    const [one, two] = [stage.system.spawn(puppet()), stage.system.spawn(puppet())];
    one.tell(() => two.tell(diary.note("handled")));
    const quiet = watched(stage.system.quiet().then(() => diary.write("quiet")));
    await Promise.resolve();
    expect(quiet.done).toBe(false);
    await stage.settle();
    expect(diary.lines).toEqual(["handled", "quiet"]);
  });

  it("resolves on a system where nothing happens", async () => {
    const stage = new Stage();
    const quiet = watched(stage.system.quiet());
    await stage.settle();
    expect(quiet.done).toBe(true);
  });

  it("waits for another turn where this one's time was too short", async () => {
    const stage = new Stage();
    const slow: Act = () => stage.clock.moveTo(stage.clock.now() + 10);
    for (let at = 0; at < 2; at += 1) stage.system.spawn(puppet()).tell(slow);
    const quiet = watched(stage.system.quiet());
    stage.scheduler.step();
    for (let tick = 0; tick < 5; tick += 1) await Promise.resolve();
    expect(quiet.done).toBe(false);
    await stage.settle();
    expect(quiet.done).toBe(true);
  });

  it("comes after what a turn's end has told", async () => {
    const stage = new Stage();
    const diary = new Diary();
    const other = stage.system.spawn(puppet());
    stage.system.spawn(
      puppet((context) => {
        context.onTurnEnd(() => {
          other.tell(diary.note("told at the end"));
        }, "flush")();
      }),
    );
    void stage.system.quiet().then(() => diary.write("quiet"));
    await stage.settle();
    expect(diary.lines).toEqual(["told at the end", "quiet"]);
  });

  it("does not wait for timers, nor for what is held", async () => {
    const stage = new Stage();
    stage.system
      .spawn(
        puppet((context) => {
          context.hold();
          context.after("later", 1_000, () => undefined);
        }),
      )
      .tell(() => undefined);
    const quiet = watched(stage.system.quiet());
    await stage.settle();
    expect(quiet.done).toBe(true);
  });
});
