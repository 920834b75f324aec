import { describe, expect, it } from "vitest";
import { restartOnFailure } from "../../../src/actors/kernel/mod.ts";
import { Stage } from "../../../src/testing/mod.ts";
import { Diary, fail, puppet } from "./puppet.ts";

function family() {
  const stage = new Stage();
  const diary = new Diary();
  const parent = stage.system.spawn(puppet(), { name: "parent", supervision: restartOnFailure() });
  const born = (name: string) =>
    stage.system.spawn(
      puppet((context) => context.onStop(diary.note(`${name} ended`))),
      { name, parent },
    );
  return { stage, diary, parent, born };
}

describe("stopChild()", () => {
  it("ends that child alone", async () => {
    const { stage, diary, parent, born } = family();
    const [one] = [born("one"), born("two")];
    parent.tell((context) => context.stopChild(one));
    await stage.settle();
    expect(diary.lines).toEqual(["one ended"]);
    expect(stage.system.snapshot()[0]?.children.map(({ path }) => path)).toEqual(["/parent/two"]);
  });

  it("lets a child be that has ended already", async () => {
    const { stage, diary, parent, born } = family();
    const one = born("one");
    for (let at = 0; at < 2; at += 1) {
      parent.tell((context) => context.stopChild(one));
      await stage.settle();
    }
    expect(diary.lines).toEqual(["one ended"]);
    expect(stage.events).toEqual([]);
  });

  it("fails the actor that asks it of someone else's", async () => {
    const { stage, parent } = family();
    const stranger = stage.system.spawn(puppet(), { name: "stranger" });
    parent.tell((context) => context.stopChild(stranger));
    await stage.settle();
    expect(stage.events).toMatchObject([
      { path: "/parent", error: { message: "Cannot stop /stranger: it is no child of /parent" } },
    ]);
  });

  it("leaves a later child of the same name alone", async () => {
    const { stage, parent, born } = family();
    const former = born("one");
    stage.system.stop(former);
    await stage.settle();
    const later = born("one");
    parent.tell((context) => context.stopChild(former));
    await stage.settle();
    expect(later.tell(() => undefined)).toBe(true);
  });

  it("does nothing on behalf of a life that has ended", async () => {
    const { stage, diary, parent, born } = family();
    const kept: (() => void)[] = [];
    parent.tell((context) => kept.push(() => context.stopChild(child)));
    parent.tell(fail());
    await stage.advance(0);
    const child = born("one");
    kept[0]?.();
    await stage.settle();
    expect(diary.lines).toEqual([]);
  });
});
