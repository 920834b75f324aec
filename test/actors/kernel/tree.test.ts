import { describe, expect, it } from "vitest";
import type { ActorRef, Context } from "../../../src/actors/kernel/mod.ts";
import { Stage } from "../../../src/testing/mod.ts";
import { type Act, nothing, puppet } from "./puppet.ts";

/** Runs an act in an actor, and answers with what it made of it. */
async function within<T>(stage: Stage, ref: ActorRef<Act>, run: (context: Context<Act>) => T): Promise<T> {
  const results: T[] = [];
  ref.tell((context) => results.push(run(context)));
  await stage.settle();
  return results[0] as T;
}

describe("spawn()", () => {
  it("gives an actor its place in the tree", async () => {
    const stage = new Stage();
    const rooms = stage.system.spawn(puppet(), { name: "rooms" });
    const lobby = await within(stage, rooms, (context) => context.spawn(puppet(), { name: "lobby" }));
    const member = stage.system.spawn(puppet(), { name: "ada", parent: lobby });
    expect([rooms.path, lobby.path, member.path]).toEqual(["/rooms", "/rooms/lobby", "/rooms/lobby/ada"]);
  });

  it("numbers those without a name, each under its parent", async () => {
    const stage = new Stage();
    const parent = stage.system.spawn(puppet());
    const children = await within(stage, parent, (context) => [1, 2].map(() => context.spawn(puppet()).path));
    expect(children).toEqual(["/$1/$1", "/$1/$2"]);
    expect(stage.system.spawn(puppet()).path).toBe("/$2");
  });

  it("refuses a name that is taken", async () => {
    const stage = new Stage();
    const parent = stage.system.spawn(puppet(), { name: "parent" });
    const taken = "Cannot spawn /parent/child: the name is taken";
    await within(stage, parent, (context) => {
      context.spawn(puppet(), { name: "child" });
      expect(() => context.spawn(puppet(), { name: "child" })).toThrow(taken);
    });
    expect(() => stage.system.spawn(puppet(), { name: "parent" })).toThrow("Cannot spawn /parent: the name is taken");
    expect(() => stage.system.spawn(puppet(), { name: "child", parent })).toThrow(taken);
  });

  it("gives a name away again once its bearer has ended", async () => {
    const stage = new Stage();
    const parent = stage.system.spawn(puppet(), { name: "parent" });
    const child = stage.system.spawn(puppet(), { name: "child", parent });
    const other = stage.system.spawn(puppet(), { name: "other" });
    stage.system.stop(child);
    stage.system.stop(other);
    await stage.settle();
    expect(stage.system.spawn(puppet(), { name: "child", parent }).path).toBe("/parent/child");
    expect(stage.system.spawn(puppet(), { name: "other" }).path).toBe("/other");
  });

  it("lets the same name stand under different parents", () => {
    const stage = new Stage();
    const [one, two] = ["one", "two"].map((name) => stage.system.spawn(puppet(), { name }));
    const paths = [one, two].map((parent) => stage.system.spawn(puppet(), { name: "child", parent: parent! }).path);
    expect(paths).toEqual(["/one/child", "/two/child"]);
  });

  it("begins the child's life at once, and its messages wait for the parent's to be over", async () => {
    const stage = new Stage();
    const seen: string[] = [];
    const parent = stage.system.spawn(puppet());
    parent.tell((context) => {
      const child = context.spawn(puppet(() => seen.push("child begins")));
      child.tell(() => seen.push("child hears"));
      seen.push("parent goes on");
    });
    await stage.settle();
    expect(seen).toEqual(["child begins", "parent goes on", "child hears"]);
  });

  it("is refused by a life that has ended and by an actor that is stopping", async () => {
    const stage = new Stage();
    const parent = stage.system.spawn(puppet(), { name: "parent" });
    const kept = await within(stage, parent, (context) => context);
    parent.tell((context) => context.stop());
    await stage.settle();
    expect(() => kept.spawn(puppet(), { name: "late" })).toThrow("Cannot spawn under /parent: that life has ended");
    expect(() => stage.system.spawn(puppet(), { name: "late", parent })).toThrow("Cannot spawn /parent/late");
  });

  it("hands back an actor that has ended already where its behaviour throws as it begins", () => {
    const stage = new Stage();
    const stillborn = stage.system.spawn(
      puppet(() => {
        throw new Error("not today");
      }),
      { name: "stillborn" },
    );
    expect(stillborn.tell(nothing)).toBe(false);
    expect(stage.events).toMatchObject([{ path: "/stillborn", outcome: "stopped" }]);
    expect(stage.system.spawn(puppet(), { name: "stillborn" }).tell(nothing)).toBe(true);
  });

  it("gives each actor the clock, the date and the random numbers of its system", async () => {
    const [one, other] = [new Stage({ seed: 7 }), new Stage({ seed: 7 })];
    const look = (context: Context<Act>) => [context.now(), context.date(), context.random(), context.random()];
    for (const stage of [one, other]) await stage.advance(1_234);
    const seen = await Promise.all([one, other].map((stage) => within(stage, stage.system.spawn(puppet()), look)));
    expect(seen[0]).toEqual(seen[1]);
    expect(seen[0]?.slice(0, 2)).toEqual([1_234, Date.UTC(2026, 0, 1) + 1_234]);
  });
});
