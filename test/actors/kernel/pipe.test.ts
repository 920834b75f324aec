import { describe, expect, it } from "vitest";
import { restartOnFailure } from "../../../src/actors/kernel/mod.ts";
import { Stage } from "../../../src/testing/mod.ts";
import { type Act, Diary, fail, puppet } from "./puppet.ts";

/** A promise that is settled by hand. */
function pending<T>() {
  return Promise.withResolvers<T>();
}

function piper() {
  const stage = new Stage();
  const diary = new Diary();
  const ref = stage.system.spawn(puppet(), { name: "piper", supervision: restartOnFailure() });
  const { promise, resolve, reject } = pending<string>();
  const pipe: Act = (context) =>
    context.pipe(
      promise,
      (value) => diary.note(`value ${value}`),
      (error) => diary.note(`error ${error instanceof Error ? error.message : error}`),
    );
  return { stage, diary, ref, pipe, resolve, reject };
}

describe("pipe()", () => {
  it("tells the value once it is there", async () => {
    const { stage, diary, ref, pipe, resolve } = piper();
    ref.tell(pipe);
    await stage.settle();
    expect(diary.lines).toEqual([]);
    resolve("ready");
    await stage.settle();
    expect(diary.lines).toEqual(["value ready"]);
  });

  it("tells the error", async () => {
    const { stage, diary, ref, pipe, reject } = piper();
    ref.tell(pipe);
    reject(new Error("no"));
    await stage.settle();
    expect(diary.lines).toEqual(["error no"]);
  });

  it("comes before what waits in the user lane", async () => {
    const { stage, diary, ref, pipe, resolve } = piper();
    ref.tell(pipe);
    await stage.settle();
    resolve("urgent");
    await Promise.resolve();
    ref.tell(diary.note("patient"));
    await stage.settle();
    expect(diary.lines).toEqual(["value urgent", "patient"]);
  });

  it("leaves the value for a former life to the dead letters, and says why", async () => {
    const { stage, diary, ref, pipe, resolve } = piper();
    ref.tell(pipe);
    ref.tell(fail());
    await stage.advance(0);
    resolve("too late");
    await stage.settle();
    expect(diary.lines).toEqual([]);
    expect(stage.system.deadLetters.recent).toEqual([{ path: "/piper", reason: "former-life", type: "function" }]);
  });

  it("leaves the value for an actor that has ended to the dead letters", async () => {
    const { stage, diary, ref, pipe, resolve } = piper();
    ref.tell(pipe);
    ref.tell((context) => context.stop());
    await stage.settle();
    resolve("too late");
    await stage.settle();
    expect(diary.lines).toEqual([]);
    expect(stage.system.deadLetters.counts).toEqual({ stopped: 1, overflow: 0, "former-life": 0 });
  });

  it("fails its own actor where the message cannot be made", async () => {
    const { stage, ref } = piper();
    ref.tell((context) =>
      context.pipe(
        Promise.resolve(),
        () => {
          throw new Error("no words");
        },
        () => fail(),
      ),
    );
    await stage.advance(0);
    expect(stage.events).toMatchObject([{ path: "/piper", outcome: "restarted", error: { message: "no words" } }]);
    expect(stage.system.snapshot()[0]?.restarts).toBe(1);
  });

  it("costs nobody anything where the message of a former life cannot be made", async () => {
    const { stage, ref } = piper();
    const { promise, resolve } = pending<string>();
    ref.tell((context) => {
      context.pipe(
        promise,
        () => {
          throw new Error("no words");
        },
        () => fail(),
      );
      throw new Error("as told");
    });
    await stage.advance(0);
    resolve("too late");
    await stage.settle();
    expect(stage.events.at(-1)).toMatchObject({ outcome: "ignored", error: { message: "no words" } });
    expect(stage.system.snapshot()[0]).toMatchObject({ state: "running", restarts: 1 });
  });
});
