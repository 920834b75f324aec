import { describe, expect, it } from "vitest";
import { restartOnFailure } from "../../../src/actors/kernel/mod.ts";
import { Stage } from "../../../src/testing/mod.ts";
import { type Act, Diary, fail, puppet } from "./puppet.ts";

async function clockwork(begin: Act = () => undefined) {
  const stage = new Stage();
  const diary = new Diary();
  const ref = stage.system.spawn(puppet(begin), { supervision: restartOnFailure() });
  /** Runs an act at once. */
  async function act(run: Act): Promise<void> {
    ref.tell(run);
    await stage.settle();
  }
  return { stage, diary, ref, act };
}

describe("after()", () => {
  it("tells the message when its time has come, not before, and once", async () => {
    const { stage, diary, act } = await clockwork();
    await act((context) => context.after("key", 100, diary.note("rang")));
    await stage.advance(99);
    expect(diary.lines).toEqual([]);
    await stage.advance(1);
    expect(diary.lines).toEqual(["rang"]);
    await stage.advance(10_000);
    expect(diary.lines).toEqual(["rang"]);
  });

  it("replaces the timer of the same key and leaves others alone", async () => {
    const { stage, diary, act } = await clockwork();
    await act((context) => {
      context.after("key", 100, diary.note("first"));
      context.after("other", 100, diary.note("other"));
      context.after("key", 200, diary.note("second"));
    });
    await stage.advance(100);
    expect(diary.lines).toEqual(["other"]);
    await stage.advance(100);
    expect(diary.lines).toEqual(["other", "second"]);
  });

  it("may set its own key again as it is handled", async () => {
    const { stage, diary, act } = await clockwork();
    const again: Act = (context) => {
      diary.write(`${context.now()}`);
      if (context.now() < 300) context.after("key", 100, again);
    };
    await act((context) => context.after("key", 100, again));
    await stage.advance(1_000);
    expect(diary.lines).toEqual(["100", "200", "300"]);
  });

  it("takes a delay of nothing, or less, for the next moment", async () => {
    const { stage, diary, act } = await clockwork();
    await act((context) => {
      context.after("none", 0, diary.note("none"));
      context.after("less", -50, diary.note("less"));
    });
    await stage.advance(0);
    expect(diary.lines).toEqual(["none", "less"]);
  });

  it("goes by the clock that never jumps", async () => {
    const { stage, diary, act } = await clockwork();
    await act((context) => context.after("key", 100, diary.note("rang")));
    stage.clock.jump(3_600_000);
    await stage.advance(99);
    stage.clock.jump(-7_200_000);
    expect(diary.lines).toEqual([]);
    await stage.advance(1);
    expect(diary.lines).toEqual(["rang"]);
  });

  it("rings in the order of setting where several are due at the same moment", async () => {
    const { stage, diary, act } = await clockwork();
    await act((context) => {
      for (let at = 0; at < 20; at += 1) context.after(`key ${at}`, 100, diary.note(`${at}`));
    });
    await stage.advance(100);
    expect(diary.lines).toEqual(Array.from({ length: 20 }, (_, at) => `${at}`));
  });

  it("ends with its life", async () => {
    const { stage, diary, act } = await clockwork();
    await act((context) => context.after("key", 100, diary.note("rang")));
    await act(fail());
    await stage.advance(1_000);
    expect(diary.lines).toEqual([]);
    expect(stage.clock.next).toBeUndefined();
  });

  it("sets nothing for a life that has ended", async () => {
    const { stage, diary, act } = await clockwork();
    await act((context) => {
      context.onStop(() => context.after("key", 100, diary.note("rang")));
      context.stop();
    });
    await stage.advance(1_000);
    expect(diary.lines).toEqual([]);
    expect(stage.clock.next).toBeUndefined();
  });
});

describe("cancel()", () => {
  it("takes a timer back", async () => {
    const { stage, diary, act } = await clockwork();
    await act((context) => context.after("key", 100, diary.note("rang")));
    await act((context) => {
      context.cancel("key");
      context.cancel("key");
      context.cancel("unknown");
    });
    await stage.advance(1_000);
    expect(diary.lines).toEqual([]);
  });

  it.each(["after", "every"] as const)("drops a message of %s() that waits in the mailbox already", async (set) => {
    const { stage, diary, ref, act } = await clockwork();
    await act((context) => {
      context.after("first", 100, (context) => context.cancel("second"));
      context[set]("second", 100, diary.note("second"));
    });
    stage.clock.moveTo(100);
    expect(stage.system.snapshot()[0]?.mailbox.control).toBe(2);
    await stage.settle();
    ref.tell(diary.note("next"));
    await stage.advance(1_000);
    expect(diary.lines).toEqual(["next"]);
  });

  it("drops the waiting message of a timer that was replaced", async () => {
    const { stage, diary, act } = await clockwork();
    await act((context) => {
      context.after("first", 100, (context) => context.after("second", 50, diary.note("replaced")));
      context.after("second", 100, diary.note("second"));
    });
    await stage.advance(1_000);
    expect(diary.lines).toEqual(["replaced"]);
  });

  it("leaves alone a timer of the same key in another actor", async () => {
    const { stage, diary, act } = await clockwork();
    stage.system.spawn(puppet((context) => context.after("key", 100, diary.note("other's"))));
    await act((context) => context.cancel("key"));
    await stage.advance(100);
    expect(diary.lines).toEqual(["other's"]);
  });
});

describe("every()", () => {
  it("tells the message again and again until it is cancelled", async () => {
    const { stage, diary, act } = await clockwork();
    await act((context) => context.every("key", 100, (context) => diary.write(`${context.now()}`)));
    await stage.advance(350);
    expect(diary.lines).toEqual(["100", "200", "300"]);
    await act((context) => context.cancel("key"));
    await stage.advance(1_000);
    expect(diary.lines).toHaveLength(3);
    expect(stage.clock.next).toBeUndefined();
  });

  it("may cancel itself as it is handled", async () => {
    const { stage, diary, act } = await clockwork();
    await act((context) =>
      context.every("key", 100, (context) => {
        diary.write("rang");
        context.cancel("key");
      }),
    );
    await stage.advance(1_000);
    expect(diary.lines).toEqual(["rang"]);
  });

  it("is replaced by after() under its key", async () => {
    const { stage, diary, act } = await clockwork();
    await act((context) => context.every("key", 100, diary.note("every")));
    await act((context) => context.after("key", 150, diary.note("after")));
    await stage.advance(1_000);
    expect(diary.lines).toEqual(["after"]);
  });

  it("ends with its life, and the next sets its own", async () => {
    let life = 0;
    const lines: string[] = [];
    const { stage, act } = await clockwork((context) => {
      life += 1;
      const nth = life;
      context.every("key", 100, () => lines.push(`life ${nth}`));
    });
    await stage.advance(150);
    await act(fail());
    await stage.advance(250);
    expect(lines).toEqual(["life 1", "life 2", "life 2"]);
  });
});
