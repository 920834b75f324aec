import { describe, expect, it } from "vitest";
import { type ActorRef, restartOnFailure } from "../../../src/actors/kernel/mod.ts";
import { Stage } from "../../../src/testing/mod.ts";
import { type Act, Diary, fail, puppet } from "./puppet.ts";

interface Life {
  readonly number: number;
  count: number;
}

/** An actor whose lives can be told apart. */
function mortal(stage: Stage, options: Parameters<typeof restartOnFailure>[0] = {}) {
  const lives: Life[] = [];
  const ref = stage.system.spawn(
    puppet(() => lives.push({ number: lives.length + 1, count: 0 })),
    { name: "mortal", supervision: restartOnFailure(options) },
  );
  return { ref, lives };
}

describe("supervision", () => {
  it("stops an actor with its first failure where nothing else was said", async () => {
    const stage = new Stage();
    const ref = stage.system.spawn(puppet(), { name: "fragile" });
    ref.tell(fail("for good"));
    await stage.settle();
    expect(stage.system.snapshot()).toEqual([]);
    expect(stage.events).toMatchObject([
      { type: "failed", path: "/fragile", outcome: "stopped", error: { message: "for good" } },
    ]);
  });

  it("begins a fresh life: nothing of the former one's state is left", async () => {
    const stage = new Stage();
    const { ref, lives } = mortal(stage);
    ref.tell(() => {
      (lives.at(-1) as Life).count += 1;
    });
    ref.tell(fail());
    await stage.advance(0);
    expect(lives).toEqual([
      { number: 1, count: 1 },
      { number: 2, count: 0 },
    ]);
    expect(stage.events).toMatchObject([{ type: "failed", outcome: "restarted" }]);
  });

  it("does not redeliver the message that failed, and keeps those behind it", async () => {
    const stage = new Stage();
    const diary = new Diary();
    const { ref, lives } = mortal(stage);
    let attempts = 0;
    ref.tell(diary.note("before"));
    ref.tell(() => {
      attempts += 1;
      throw new Error("poison");
    });
    for (const line of ["one", "two"]) ref.tell(() => diary.write(`${line} in life ${lives.length}`));
    await stage.advance(10_000);
    expect(attempts).toBe(1);
    expect(diary.lines).toEqual(["before", "one in life 2", "two in life 2"]);
  });

  it("keeps what comes while the actor rests", async () => {
    const stage = new Stage();
    const diary = new Diary();
    const { ref } = mortal(stage);
    ref.tell(fail());
    await stage.advance(0);
    ref.tell(fail());
    await stage.settle();
    expect(stage.system.snapshot()[0]?.state).toBe("resting");
    expect(ref.tell(diary.note("told while resting"))).toBe(true);
    await stage.advance(99);
    expect(diary.lines).toEqual([]);
    await stage.advance(1);
    expect(diary.lines).toEqual(["told while resting"]);
  });

  it("restarts after 0, 100 and 200 ms, and stops with the fourth failure in 10 s", async () => {
    const stage = new Stage();
    const { ref, lives } = mortal(stage);
    for (const [at, waitMs] of [0, 100, 200].entries()) {
      ref.tell(fail());
      await stage.settle();
      if (waitMs > 0) {
        await stage.advance(waitMs - 1);
        expect(lives).toHaveLength(at + 1);
        await stage.advance(1);
      } else {
        await stage.advance(0);
      }
      expect(lives).toHaveLength(at + 2);
    }
    ref.tell(fail("once too often"));
    await stage.advance(60_000);
    expect(lives).toHaveLength(4);
    expect(stage.system.snapshot()).toEqual([]);
    expect(stage.events.at(-1)).toMatchObject({ outcome: "stopped", error: { message: "once too often" } });
  });

  it("doubles the wait up to its bound", async () => {
    const stage = new Stage();
    const policy = { maxRestarts: 8, backoffMs: 100, backoffMaxMs: 500, withinMs: 100_000 };
    const { ref, lives } = mortal(stage, policy);
    const waits: number[] = [];
    for (let nth = 0; nth < 7; nth += 1) {
      ref.tell(fail());
      await stage.settle();
      const from = stage.clock.now();
      while (lives.length < nth + 2) await stage.advance(10);
      waits.push(stage.clock.now() - from);
    }
    expect(waits).toEqual([10, 100, 200, 400, 500, 500, 500]);
  });

  it("forgets failures that are older than its window", async () => {
    const stage = new Stage();
    const { ref, lives } = mortal(stage, { maxRestarts: 1, withinMs: 1_000 });
    for (let nth = 0; nth < 5; nth += 1) {
      ref.tell(fail());
      await stage.advance(1_000);
    }
    expect(lives).toHaveLength(6);
    ref.tell(fail());
    await stage.advance(999);
    ref.tell(fail());
    await stage.settle();
    expect(stage.system.snapshot()).toEqual([]);
  });

  it("counts a behaviour that throws as it begins among the failures", async () => {
    const stage = new Stage();
    let begun = 0;
    stage.system.spawn(
      puppet(() => {
        begun += 1;
        throw new Error("never");
      }),
      { supervision: restartOnFailure() },
    );
    await stage.advance(60_000);
    expect(begun).toBe(4);
    expect(stage.events.map((event) => event.type === "failed" && event.outcome)).toEqual([
      "restarted",
      "restarted",
      "restarted",
      "stopped",
    ]);
    expect(stage.system.snapshot()).toEqual([]);
  });

  it("counts a layer that throws as it begins among the failures, and ends that life in order", async () => {
    const stage = new Stage();
    const diary = new Diary();
    let begun = 0;
    const ref: ActorRef<Act> = stage.system.spawn(
      puppet((context) => context.onStop(diary.note("ended"))),
      {
        supervision: restartOnFailure(),
        layers: [
          (_, next) => {
            begun += 1;
            if (begun === 1) throw new Error("not yet");
            return next;
          },
        ],
      },
    );
    ref.tell(diary.note("handled"));
    await stage.advance(0);
    expect(diary.lines).toEqual(["ended", "handled"]);
  });

  it("leaves brothers and sisters alone", async () => {
    const stage = new Stage();
    const diary = new Diary();
    const parent = stage.system.spawn(puppet(), { name: "parent" });
    const failing = stage.system.spawn(puppet(), { parent, supervision: restartOnFailure() });
    const sister = stage.system.spawn(
      puppet((context) => context.onStop(diary.note("sister ended"))),
      { parent },
    );
    sister.tell(diary.note("sister heard"));
    failing.tell(fail());
    await stage.advance(0);
    sister.tell(diary.note("sister heard again"));
    await stage.settle();
    expect(diary.lines).toEqual(["sister heard", "sister heard again"]);
  });
});
