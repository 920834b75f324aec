import { describe, expect, it } from "vitest";
import { type MailboxPolicy, restartOnFailure } from "../../../src/actors/kernel/mod.ts";
import { Stage } from "../../../src/testing/mod.ts";
import { type Act, Diary, fail, nothing, puppet } from "./puppet.ts";

const allControl: MailboxPolicy<Act> = { classes: {}, classOf: () => "control" };

describe("stop()", () => {
  it("ends children before their parents", async () => {
    const stage = new Stage();
    const diary = new Diary();
    const root = stage.system.spawn(
      puppet((context) => {
        context.onStop(diary.note("root"));
        for (const name of ["one", "two"]) {
          context.spawn(
            puppet((context) => {
              context.onStop(diary.note(name));
              context.spawn(puppet((context) => context.onStop(diary.note(`${name}'s child`))));
            }),
          );
        }
      }),
    );
    root.tell((context) => context.stop());
    await stage.settle();
    expect(diary.lines.at(-1)).toBe("root");
    for (const name of ["one", "two"]) {
      expect(diary.lines.indexOf(`${name}'s child`)).toBeLessThan(diary.lines.indexOf(name));
    }
    expect(stage.system.snapshot()).toEqual([]);
  });

  it("leaves what waits to the dead letters", async () => {
    const stage = new Stage();
    const diary = new Diary();
    const ref = stage.system.spawn(puppet(), { name: "ending" });
    ref.tell((context) => context.stop());
    for (let at = 0; at < 3; at += 1) ref.tell(diary.note("handled"));
    await stage.settle();
    expect(diary.lines).toEqual([]);
    expect(stage.system.deadLetters.counts).toEqual({ stopped: 3, overflow: 0, "former-life": 0 });
    expect(stage.system.deadLetters.recent).toEqual(
      Array.from({ length: 3 }, () => ({ path: "/ending", reason: "stopped", type: "function" })),
    );
  });

  it("ends the actor after the present message, whatever else waits for it", async () => {
    const stage = new Stage();
    const diary = new Diary();
    const ref = stage.system.spawn(puppet(), { mailbox: allControl });
    ref.tell((context) => {
      context.stop();
      diary.write("present");
    });
    ref.tell(diary.note("next"));
    await stage.settle();
    expect(diary.lines).toEqual(["present"]);
  });

  it("comes before what waits in the user lane when it is called from outside", async () => {
    const stage = new Stage();
    const diary = new Diary();
    const ref = stage.system.spawn(puppet((context) => context.onStop(diary.note("stopped"))));
    ref.tell(diary.note("handled"));
    stage.system.stop(ref);
    await stage.settle();
    expect(diary.lines).toEqual(["stopped"]);
  });

  it("gets through to an actor that is held", async () => {
    const stage = new Stage();
    const ref = stage.system.spawn(puppet((context) => context.hold()));
    stage.system.stop(ref);
    await stage.settle();
    expect(stage.system.snapshot()).toEqual([]);
  });

  it("does nothing to an actor that has ended, and once to one that is told twice", async () => {
    const stage = new Stage();
    const diary = new Diary();
    const ref = stage.system.spawn(puppet((context) => context.onStop(diary.note("stopped"))));
    stage.system.stop(ref);
    stage.system.stop(ref);
    await stage.settle();
    stage.system.stop(ref);
    await stage.settle();
    expect(diary.lines).toEqual(["stopped"]);
    expect(stage.system.deadLetters.counts.stopped).toBe(0);
  });

  it("ends at once an actor that rests between two lives", async () => {
    const stage = new Stage();
    const ref = stage.system.spawn(puppet(), { supervision: restartOnFailure() });
    ref.tell(fail());
    stage.scheduler.step();
    expect(stage.system.snapshot()[0]?.state).toBe("resting");
    stage.system.stop(ref);
    expect(stage.system.snapshot()).toEqual([]);
    await stage.advance(60_000);
    expect(stage.system.snapshot()).toEqual([]);
  });

  it("is not forgotten where the message that asked for it fails", async () => {
    const stage = new Stage();
    let lives = 0;
    const ref = stage.system.spawn(
      puppet(() => {
        lives += 1;
      }),
      { supervision: restartOnFailure() },
    );
    ref.tell((context) => {
      context.stop();
      throw new Error("as told");
    });
    await stage.advance(10_000);
    expect(stage.system.snapshot()).toEqual([]);
    expect(lives).toBe(1);
  });

  it("takes no message any more while children are still ending", async () => {
    const stage = new Stage();
    const parent = stage.system.spawn(
      puppet((context) => context.spawn(puppet())),
      { name: "parent" },
    );
    parent.tell((context) => context.stop());
    const slowpoke = stage.system.spawn(puppet());
    slowpoke.tell(() => stage.clock.moveTo(stage.clock.now() + 10));
    stage.scheduler.step();
    expect(stage.system.snapshot()[0]?.state).toBe("stopping");
    expect(parent.tell(nothing)).toBe(false);
    await stage.settle();
    expect(stage.system.snapshot().map(({ path }) => path)).toEqual(["/$1"]);
  });

  it("waits for a child that is resting no longer than for the others", async () => {
    const stage = new Stage();
    const parent = stage.system.spawn(puppet(), { name: "parent" });
    const resting = stage.system.spawn(puppet(), { parent, supervision: restartOnFailure() });
    stage.system.spawn(puppet(), { parent });
    resting.tell(fail());
    stage.scheduler.step();
    stage.system.stop(parent);
    await stage.settle();
    expect(stage.system.snapshot()).toEqual([]);
  });
});
