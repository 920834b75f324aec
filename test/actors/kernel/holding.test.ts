import { describe, expect, it } from "vitest";
import { type MailboxPolicy, restartOnFailure } from "../../../src/actors/kernel/mod.ts";
import { Stage } from "../../../src/testing/mod.ts";
import { type Act, Diary, fail, puppet } from "./puppet.ts";

type Marked = Act & { readonly control?: true };

const mailbox: MailboxPolicy<Act> = {
  classes: { user: { limit: 3 } },
  classOf: (act: Marked) => (act.control === true ? "control" : "user"),
};

function control(act: Act): Act {
  return Object.assign((...[context]: Parameters<Act>) => act(context), { control: true });
}

describe("hold()", () => {
  it("has everything but control wait, in order, until release()", async () => {
    const stage = new Stage();
    const diary = new Diary();
    const ref = stage.system.spawn(puppet(), { mailbox });
    ref.tell((context) => context.hold());
    for (const line of ["one", "two"]) ref.tell(diary.note(line));
    ref.tell(control(diary.note("control")));
    await stage.settle();
    expect(diary.lines).toEqual(["control"]);
    ref.tell(control((context) => context.release()));
    await stage.settle();
    expect(diary.lines).toEqual(["control", "one", "two"]);
  });

  it("takes effect behind the present message, in the midst of a batch", async () => {
    const stage = new Stage();
    const diary = new Diary();
    const ref = stage.system.spawn(puppet(), { mailbox });
    ref.tell((context) => {
      context.hold();
      diary.write("present");
    });
    ref.tell(diary.note("next"));
    await stage.settle();
    expect(diary.lines).toEqual(["present"]);
  });

  it("leaves the mailbox as bounded as ever", async () => {
    const stage = new Stage();
    const ref = stage.system.spawn(
      puppet((context) => context.hold()),
      { mailbox },
    );
    const answers = Array.from({ length: 5 }, () => ref.tell(() => undefined));
    expect(answers).toEqual([true, true, true, false, false]);
    await stage.settle();
    expect(stage.system.snapshot()[0]?.mailbox).toMatchObject({ depth: 3, control: 0, dropped: 2 });
  });

  it("lets timers, pipes and endings through", async () => {
    const stage = new Stage();
    const diary = new Diary();
    const other = stage.system.spawn(puppet());
    stage.system.spawn(
      puppet((context) => {
        context.hold();
        context.after("timer", 10, diary.note("timer"));
        context.pipe(
          Promise.resolve("pipe"),
          (line) => diary.note(line),
          () => fail(),
        );
        context.watch(other, () => diary.note("ending"));
      }),
    );
    stage.system.stop(other);
    await stage.advance(10);
    expect(diary.lines.sort()).toEqual(["ending", "pipe", "timer"]);
  });

  it("is over with the life that called it", async () => {
    const stage = new Stage();
    const diary = new Diary();
    const ref = stage.system.spawn(puppet(), { mailbox, supervision: restartOnFailure() });
    ref.tell((context) => context.hold());
    ref.tell(diary.note("waited"));
    await stage.settle();
    expect(diary.lines).toEqual([]);
    ref.tell(control(fail()));
    await stage.advance(0);
    expect(diary.lines).toEqual(["waited"]);
  });

  it("asks for no turn while only held messages wait", async () => {
    const stage = new Stage();
    const ref = stage.system.spawn(
      puppet((context) => context.hold()),
      { mailbox },
    );
    ref.tell(() => undefined);
    expect(stage.scheduler.idle).toBe(true);
    expect(stage.system.snapshot()[0]?.mailbox.depth).toBe(1);
  });

  it("shows for how long the first held message has waited", async () => {
    const stage = new Stage();
    const ref = stage.system.spawn(
      puppet((context) => context.hold()),
      { mailbox },
    );
    await stage.advance(1_000);
    ref.tell(() => undefined);
    await stage.advance(250);
    expect(stage.system.snapshot()[0]?.mailbox.busyMs).toBe(250);
  });
});

describe("release()", () => {
  it("lets nothing through until every reason for a hold has been taken back", async () => {
    const stage = new Stage();
    const diary = new Diary();
    const ref = stage.system.spawn(puppet(), { mailbox });
    ref.tell((context) => {
      for (const reason of ["one", "one", "other"]) context.hold(reason);
    });
    ref.tell(diary.note("held"));
    ref.tell(control((context) => context.release("unknown")));
    await stage.settle();
    ref.tell(control((context) => context.release("one")));
    await stage.settle();
    expect(diary.lines).toEqual([]);
    ref.tell(control((context) => context.release("other")));
    await stage.settle();
    expect(diary.lines).toEqual(["held"]);
  });

  it("does nothing to an actor that was not held", async () => {
    const stage = new Stage();
    const diary = new Diary();
    const ref = stage.system.spawn(puppet(), { mailbox });
    ref.tell((context) => context.release());
    ref.tell(diary.note("next"));
    await stage.settle();
    expect(diary.lines).toEqual(["next"]);
  });

  it("of a former life leaves a later one's hold alone", async () => {
    const stage = new Stage();
    const diary = new Diary();
    const releases: (() => void)[] = [];
    const ref = stage.system.spawn(
      puppet((context) => {
        releases.push(() => context.release());
        if (releases.length > 1) context.hold();
      }),
      { mailbox, supervision: restartOnFailure() },
    );
    ref.tell(fail());
    await stage.advance(0);
    ref.tell(diary.note("held"));
    releases[0]?.();
    await stage.settle();
    expect(diary.lines).toEqual([]);
    releases[1]?.();
    await stage.settle();
    expect(diary.lines).toEqual(["held"]);
  });
});
