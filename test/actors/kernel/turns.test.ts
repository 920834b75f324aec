import { describe, expect, it } from "vitest";
import type { ActorRef } from "../../../src/actors/kernel/mod.ts";
import { Stage } from "../../../src/testing/mod.ts";
import { type Act, Diary, nothing, puppet } from "./puppet.ts";

/** An act that takes `ms` of the clock. */
function slow(stage: Stage, ms: number): Act {
  return () => stage.clock.moveTo(stage.clock.now() + ms);
}

/** Runs one turn, and answers whether another is waiting. */
function turn(stage: Stage): boolean {
  stage.scheduler.step();
  return !stage.scheduler.idle;
}

describe("a turn", () => {
  it("is one macrotask, however many actors are told something", () => {
    const stage = new Stage();
    const diary = new Diary();
    for (const name of ["a", "b", "c"]) stage.system.spawn(puppet()).tell(diary.note(name));
    expect(stage.scheduler.length).toBe(1);
    expect(turn(stage)).toBe(false);
    expect(diary.lines).toEqual(["a", "b", "c"]);
  });

  it("runs an actor that is woken in it: four hops are one macrotask", () => {
    const stage = new Stage();
    const diary = new Diary();
    const [first, second, third, fourth] = [1, 2, 3, 4].map(() => stage.system.spawn(puppet())) as [
      ActorRef<Act>,
      ActorRef<Act>,
      ActorRef<Act>,
      ActorRef<Act>,
    ];
    first.tell(() => second.tell(() => third.tell(() => fourth.tell(diary.note("arrived")))));
    expect(turn(stage)).toBe(false);
    expect(diary.lines).toEqual(["arrived"]);
  });

  it("asks for no macrotask while nothing waits", () => {
    const stage = new Stage();
    stage.system.spawn(puppet());
    expect(stage.scheduler.idle).toBe(true);
  });

  it("gives actors batches of 32 in turns, so that a flooded one does not starve the others", () => {
    const stage = new Stage();
    const diary = new Diary();
    const flooded = stage.system.spawn(puppet());
    const other = stage.system.spawn(puppet());
    for (let at = 0; at < 100; at += 1) flooded.tell(diary.note("flooded"));
    other.tell(diary.note("other"));
    expect(turn(stage)).toBe(false);
    expect(diary.lines.indexOf("other")).toBe(32);
    expect(diary.lines).toHaveLength(101);
  });

  it("lets two floods alternate batch by batch", () => {
    const stage = new Stage();
    const diary = new Diary();
    const [one, two] = [stage.system.spawn(puppet()), stage.system.spawn(puppet())];
    for (let at = 0; at < 64; at += 1) one.tell(diary.note("one"));
    for (let at = 0; at < 64; at += 1) two.tell(diary.note("two"));
    turn(stage);
    const starts = [0, 32, 64, 96].map((at) => diary.lines[at]);
    expect(starts).toEqual(["one", "two", "one", "two"]);
  });

  it("ends after 5 ms, and the rest has the next one", () => {
    const stage = new Stage();
    const diary = new Diary();
    const actors = Array.from({ length: 4 }, () => stage.system.spawn(puppet()));
    for (const [at, actor] of actors.entries()) {
      actor.tell(slow(stage, 3));
      actor.tell(diary.note(`${at}`));
    }
    expect(turn(stage)).toBe(true);
    expect(diary.lines).toEqual(["0", "1"]);
    expect(turn(stage)).toBe(false);
    expect(diary.lines).toEqual(["0", "1", "2", "3"]);
  });

  it("handles a few messages at least, and ends within a batch where they take long", () => {
    const stage = new Stage();
    const diary = new Diary();
    const slowpoke = stage.system.spawn(puppet());
    for (let at = 0; at < 7; at += 1) slowpoke.tell(slow(stage, 50));
    slowpoke.tell(diary.note("done"));
    expect(turn(stage)).toBe(true);
    expect(diary.lines).toEqual([]);
    expect(turn(stage)).toBe(false);
    expect(diary.lines).toEqual(["done"]);
  });

  it("is bounded even where the clock stands still and two actors never stop talking", () => {
    const stage = new Stage();
    const [one, two] = [stage.system.spawn(puppet()), stage.system.spawn(puppet())];
    const there: Act = () => two.tell(back);
    const back: Act = () => one.tell(there);
    one.tell(there);
    expect(turn(stage)).toBe(true);
    expect(turn(stage)).toBe(true);
  });

  it("is asked for once, whoever is told something before it", () => {
    const stage = new Stage();
    const actor = stage.system.spawn(puppet());
    for (let at = 0; at < 10; at += 1) actor.tell(nothing);
    stage.system.spawn(puppet()).tell(nothing);
    expect(stage.scheduler.length).toBe(1);
  });

  it("takes up again what comes after it", () => {
    const stage = new Stage();
    const diary = new Diary();
    const actor = stage.system.spawn(puppet());
    for (const line of ["one", "two", "three"]) {
      actor.tell(diary.note(line));
      expect(turn(stage)).toBe(false);
    }
    expect(diary.lines).toEqual(["one", "two", "three"]);
  });
});

describe("stalls", () => {
  it("are reported with the actor whose batch took more than 100 ms", () => {
    const stage = new Stage();
    const slowpoke = stage.system.spawn(puppet(), { name: "slowpoke" });
    stage.system.spawn(puppet(), { name: "other" }).tell(nothing);
    slowpoke.tell(slow(stage, 101));
    turn(stage);
    turn(stage);
    expect(stage.events).toEqual([{ type: "stalled", path: "/slowpoke", ms: 101 }]);
  });

  it("are not seen in a batch of 100 ms", () => {
    const stage = new Stage();
    stage.system.spawn(puppet()).tell(slow(stage, 100));
    turn(stage);
    expect(stage.events).toEqual([]);
  });
});
