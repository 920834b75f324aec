import { describe, expect, it } from "vitest";
import { restartOnFailure } from "../../../src/actors/kernel/mod.ts";
import { Stage } from "../../../src/testing/mod.ts";
import { type Act, Diary, fail, puppet } from "./puppet.ts";

/** A parent that has a child of the same name in each of its lives. */
function family(stage: Stage, diary: Diary) {
  let life = 0;
  return stage.system.spawn(
    puppet((context) => {
      life += 1;
      const nth = life;
      diary.write(`parent ${nth} begins`);
      context.onStop(diary.note(`parent ${nth} ends`));
      context.spawn(
        puppet((child) => {
          diary.write(`child ${nth} begins`);
          child.onStop(diary.note(`child ${nth} ends`));
        }),
        { name: "child", supervision: restartOnFailure() },
      );
    }),
    { name: "parent", supervision: restartOnFailure() },
  );
}

describe("the children of a life that failed", () => {
  it("have ended before the next life begins, which may use their names", async () => {
    const stage = new Stage();
    const diary = new Diary();
    family(stage, diary).tell(fail());
    await stage.advance(0);
    expect(diary.lines).toEqual([
      "parent 1 begins",
      "child 1 begins",
      "parent 1 ends",
      "child 1 ends",
      "parent 2 begins",
      "child 2 begins",
    ]);
  });

  it("are waited for, even where the turn's time is over", async () => {
    const stage = new Stage();
    const diary = new Diary();
    const parent = family(stage, diary);
    const slow: Act = () => stage.clock.moveTo(stage.clock.now() + 10);
    parent.tell(fail());
    stage.system.spawn(puppet()).tell(slow);
    stage.scheduler.step();
    expect(stage.system.snapshot()[0]).toMatchObject({ state: "resting", children: [{ path: "/parent/child" }] });
    expect(diary.lines.at(-1)).toBe("parent 1 ends");
    await stage.settle();
    expect(diary.lines.slice(3)).toEqual(["child 1 ends", "parent 2 begins", "child 2 begins"]);
  });

  it("keep a stop that comes meanwhile from being forgotten", async () => {
    const stage = new Stage();
    const diary = new Diary();
    const parent = family(stage, diary);
    parent.tell(fail());
    stage.scheduler.step();
    stage.system.stop(parent);
    await stage.advance(10_000);
    expect(stage.system.snapshot()).toEqual([]);
    expect(diary.lines).not.toContain("parent 2 begins");
  });

  it("end with a life whose behaviour threw as it began", async () => {
    const stage = new Stage();
    const diary = new Diary();
    let life = 0;
    stage.system.spawn(
      puppet((context) => {
        life += 1;
        context.spawn(
          puppet((child) => child.onStop(diary.note("child ends"))),
          { name: "child" },
        );
        if (life === 1) throw new Error("not yet");
        diary.write("parent lives");
      }),
      { supervision: restartOnFailure() },
    );
    await stage.advance(0);
    expect(diary.lines).toEqual(["child ends", "parent lives"]);
  });
});
