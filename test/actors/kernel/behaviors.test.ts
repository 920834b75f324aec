import { describe, expect, it } from "vitest";
import { type Behavior, type Handle, type Layer, restartOnFailure } from "../../../src/actors/kernel/mod.ts";
import { Stage } from "../../../src/testing/mod.ts";
import { Diary } from "./puppet.ts";

/** Writes who heard each message down, and becomes the other on "turn". */
function day(diary: Diary): Behavior<string> {
  return function day(context) {
    return function handle(message): undefined {
      diary.write(`day ${message}`);
      if (message === "turn") return context.become(night(diary));
      if (message === "fail") throw new Error("as told");
    };
  };
}

function night(diary: Diary): Behavior<string> {
  return function night(context) {
    return function handle(message): undefined {
      diary.write(`night ${message}`);
      if (message === "turn") return context.become(day(diary));
      if (message === "fail") throw new Error("as told");
    };
  };
}

function around(diary: Diary, name: string): Layer<string> {
  return function around(_, next): Handle<string> {
    diary.write(`${name} composed`);
    return function handle(message): undefined {
      diary.write(`${name} before`);
      next(message);
      diary.write(`${name} after`);
    };
  };
}

describe("become()", () => {
  it("takes the other behaviour from the next message on", async () => {
    const stage = new Stage();
    const diary = new Diary();
    const ref = stage.system.spawn(day(diary));
    for (const message of ["one", "turn", "two", "turn", "three"]) ref.tell(message);
    await stage.settle();
    expect(diary.lines).toEqual(["day one", "day turn", "night two", "night turn", "day three"]);
  });

  it("shows the behaviour's name in the snapshot", async () => {
    const stage = new Stage();
    const ref = stage.system.spawn(day(new Diary()));
    expect(stage.system.snapshot()[0]?.behavior).toBe("day");
    ref.tell("turn");
    await stage.settle();
    expect(stage.system.snapshot()[0]?.behavior).toBe("night");
  });

  it("swaps the core alone: the layers stay as they were composed", async () => {
    const stage = new Stage();
    const diary = new Diary();
    const ref = stage.system.spawn(day(diary), { layers: [around(diary, "layer")] });
    for (const message of ["turn", "one"]) ref.tell(message);
    await stage.settle();
    expect(diary.lines).toEqual([
      "layer composed",
      "layer before",
      "day turn",
      "layer after",
      "layer before",
      "night one",
      "layer after",
    ]);
  });

  it("is undone by a restart, which begins with the first behaviour", async () => {
    const stage = new Stage();
    const diary = new Diary();
    const ref = stage.system.spawn(day(diary), { supervision: restartOnFailure() });
    for (const message of ["turn", "fail", "one"]) ref.tell(message);
    await stage.advance(0);
    expect(diary.lines).toEqual(["day turn", "night fail", "day one"]);
    expect(stage.system.snapshot()[0]?.behavior).toBe("day");
  });

  it("holds what it says when it is called while a behaviour begins", async () => {
    const stage = new Stage();
    const diary = new Diary();
    const ref = stage.system.spawn<string>(function dusk(context) {
      context.become(night(diary));
      return function handle(message): undefined {
        diary.write(`dusk ${message}`);
      };
    });
    ref.tell("one");
    await stage.settle();
    expect(diary.lines).toEqual([`${stage.system.snapshot()[0]?.behavior} one`]);
  });

  it("fails the actor where the new behaviour throws as it begins", async () => {
    const stage = new Stage();
    const ref = stage.system.spawn<string>((context) => () => {
      context.become(() => {
        throw new Error("no such behaviour");
      });
    });
    ref.tell("one");
    await stage.settle();
    expect(stage.events).toMatchObject([{ type: "failed", outcome: "stopped" }]);
    expect(stage.system.snapshot()).toEqual([]);
  });
});

describe("layers", () => {
  it("go around every message, the first outermost", async () => {
    const stage = new Stage();
    const diary = new Diary();
    const ref = stage.system.spawn(day(diary), { layers: [around(diary, "outer"), around(diary, "inner")] });
    diary.lines.length = 0;
    ref.tell("one");
    await stage.settle();
    expect(diary.lines).toEqual(["outer before", "inner before", "day one", "inner after", "outer after"]);
  });

  it("are composed once per life", async () => {
    const stage = new Stage();
    const diary = new Diary();
    const ref = stage.system.spawn(day(diary), {
      layers: [around(diary, "layer")],
      supervision: restartOnFailure(),
    });
    for (const message of ["one", "two", "fail", "three"]) ref.tell(message);
    await stage.advance(0);
    expect(diary.lines.filter((line) => line === "layer composed")).toHaveLength(2);
    expect(diary.lines.slice(-3)).toEqual(["layer before", "day three", "layer after"]);
  });

  it("begin after the core of their life, the innermost first", () => {
    const stage = new Stage();
    const diary = new Diary();
    const core: Behavior<string> = () => {
      diary.write("core begins");
      return () => undefined;
    };
    stage.system.spawn(core, { layers: [around(diary, "outer"), around(diary, "inner")] });
    expect(diary.lines).toEqual(["core begins", "inner composed", "outer composed"]);
  });

  it("may keep a message to themselves, and pass on another", async () => {
    const stage = new Stage();
    const diary = new Diary();
    const shouting: Layer<string> = (_, next) => (message) =>
      message === "secret" ? undefined : next(message.toUpperCase());
    const ref = stage.system.spawn(day(diary), { layers: [shouting] });
    for (const message of ["secret", "one"]) ref.tell(message);
    await stage.settle();
    expect(diary.lines).toEqual(["day ONE"]);
  });

  it("may use the context of their actor: timers come through the layers too", async () => {
    const stage = new Stage();
    const diary = new Diary();
    const ticking: Layer<string> = (context, next) => {
      context.after("tick", 100, "tick");
      return (message) => (message === "tick" ? diary.write("ticked") : next(message));
    };
    stage.system.spawn(day(diary), { layers: [ticking] });
    await stage.advance(100);
    expect(diary.lines).toEqual(["ticked"]);
  });
});
