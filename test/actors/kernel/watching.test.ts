import { describe, expect, it } from "vitest";
import { type ActorRef, type Ending, restartOnFailure } from "../../../src/actors/kernel/mod.ts";
import { Stage } from "../../../src/testing/mod.ts";
import { type Act, Diary, fail, puppet } from "./puppet.ts";

/** Has an actor write down the ending of another. */
function watch(watcher: ActorRef<Act>, watched: ActorRef<never>, diary: Diary): void {
  const noted = (ending: Ending): Act => diary.note(`${watched.path} ${ending.type}`);
  watcher.tell((context) => context.watch(watched, noted));
}

async function company() {
  const stage = new Stage();
  const diary = new Diary();
  const watcher = stage.system.spawn(puppet(), { name: "watcher", supervision: restartOnFailure() });
  const watched = stage.system.spawn(puppet(), { name: "watched" });
  return { stage, diary, watcher, watched };
}

describe("watch()", () => {
  it("tells of an actor that was stopped", async () => {
    const { stage, diary, watcher, watched } = await company();
    watch(watcher, watched, diary);
    await stage.settle();
    stage.system.stop(watched);
    await stage.settle();
    expect(diary.lines).toEqual(["/watched stopped"]);
  });

  it("tells of an actor that failed for good, and over what", async () => {
    const { stage, watcher, watched } = await company();
    const endings: Ending[] = [];
    watcher.tell((context) => context.watch(watched, (ending) => () => endings.push(ending)));
    await stage.settle();
    watched.tell(fail("over this"));
    await stage.settle();
    expect(endings).toMatchObject([{ type: "failed", error: { message: "over this" } }]);
  });

  it("tells nothing of an actor that restarts", async () => {
    const { stage, diary, watcher } = await company();
    const restarting = stage.system.spawn(puppet(), { supervision: restartOnFailure({ maxRestarts: 1 }) });
    watch(watcher, restarting, diary);
    restarting.tell(fail());
    await stage.advance(0);
    expect(diary.lines).toEqual([]);
    restarting.tell(fail());
    await stage.settle();
    expect(diary.lines).toEqual(["/$1 failed"]);
  });

  it("tells at once of an actor that has ended already, and how", async () => {
    const { stage, diary, watcher, watched } = await company();
    watched.tell(fail());
    await stage.settle();
    watch(watcher, watched, diary);
    await stage.settle();
    expect(diary.lines).toEqual(["/watched failed"]);
  });

  it("tells once, by the message that was asked for last", async () => {
    const { stage, diary, watcher, watched } = await company();
    watcher.tell((context) => context.watch(watched, () => diary.note("first")));
    watcher.tell((context) => context.watch(watched, () => diary.note("second")));
    await stage.settle();
    stage.system.stop(watched);
    await stage.settle();
    expect(diary.lines).toEqual(["second"]);
  });

  it("tells everyone who watches", async () => {
    const { stage, diary, watcher, watched } = await company();
    const other = stage.system.spawn(puppet());
    for (const who of [watcher, other]) watch(who, watched, diary);
    await stage.settle();
    stage.system.stop(watched);
    await stage.settle();
    expect(diary.lines).toEqual(["/watched stopped", "/watched stopped"]);
  });

  it("tells an actor that is held: endings are control messages", async () => {
    const { stage, diary, watcher, watched } = await company();
    watch(watcher, watched, diary);
    watcher.tell((context) => context.hold());
    await stage.settle();
    stage.system.stop(watched);
    await stage.settle();
    expect(diary.lines).toEqual(["/watched stopped"]);
  });

  it("ends with the life that watches", async () => {
    const { stage, diary, watcher, watched } = await company();
    watch(watcher, watched, diary);
    watcher.tell(fail());
    await stage.advance(0);
    stage.system.stop(watched);
    await stage.settle();
    expect(diary.lines).toEqual([]);
    expect(stage.system.deadLetters.counts).toEqual({ stopped: 0, overflow: 0, "former-life": 0 });
  });

  it("leaves the ending that waits for a life that fails to the dead letters", async () => {
    const { stage, diary, watcher, watched } = await company();
    stage.system.stop(watched);
    await stage.settle();
    watcher.tell((context) => {
      context.watch(watched, () => diary.note("told"));
      throw new Error("as told");
    });
    await stage.advance(0);
    expect(diary.lines).toEqual([]);
    expect(stage.system.deadLetters.recent).toMatchObject([{ path: "/watcher", reason: "former-life" }]);
  });

  it("costs the watcher alone where its message cannot be made", async () => {
    const { stage, watcher, watched } = await company();
    watcher.tell((context) =>
      context.watch(watched, () => {
        throw new Error("no words");
      }),
    );
    await stage.settle();
    stage.system.stop(watched);
    const diary = new Diary();
    stage.system.spawn(puppet()).tell(diary.note("goes on"));
    await stage.settle().catch(() => diary.write("a turn threw"));
    expect(diary.lines).toEqual(["goes on"]);
    expect(stage.system.snapshot().map(({ path }) => path)).not.toContain("/watched");
  });
});

describe("unwatch()", () => {
  it("takes a watch back", async () => {
    const { stage, diary, watcher, watched } = await company();
    watch(watcher, watched, diary);
    watcher.tell((context) => context.unwatch(watched));
    await stage.settle();
    stage.system.stop(watched);
    await stage.settle();
    expect(diary.lines).toEqual([]);
  });

  it("leaves the watches of others alone", async () => {
    const { stage, diary, watcher, watched } = await company();
    const other = stage.system.spawn(puppet());
    watch(other, watched, diary);
    watcher.tell((context) => context.unwatch(watched));
    await stage.settle();
    stage.system.stop(watched);
    await stage.settle();
    expect(diary.lines).toEqual(["/watched stopped"]);
  });
});
