import { describe, expect, it } from "vitest";
import { type MailboxPolicy, restartOnFailure } from "../../../src/actors/kernel/mod.ts";
import { Stage } from "../../../src/testing/mod.ts";
import { type Act, fail, nothing, puppet } from "./puppet.ts";

const urgent: unique symbol = Symbol("urgent");

const mailbox: MailboxPolicy<Act> = {
  classes: { user: { limit: 2 } },
  classOf: (act) => (urgent in act ? "control" : "user"),
};

describe("snapshot()", () => {
  it("shows a quiet actor", () => {
    const stage = new Stage();
    stage.system.spawn(puppet(), { name: "quiet" });
    expect(stage.system.snapshot()).toEqual([
      {
        path: "/quiet",
        behavior: "puppet",
        state: "running",
        mailbox: { depth: 0, control: 0, busyMs: 0, dropped: 0 },
        restarts: 0,
        lastFailure: undefined,
        children: [],
      },
    ]);
  });

  it("shows what waits in each lane, for how long, and what was shed", () => {
    const stage = new Stage();
    const ref = stage.system.spawn(puppet(), { mailbox });
    for (let at = 0; at < 3; at += 1) ref.tell(() => nothing());
    ref.tell(Object.assign(() => undefined, { [urgent]: true }));
    stage.clock.moveTo(40);
    expect(stage.system.snapshot()[0]?.mailbox).toEqual({ depth: 3, control: 1, busyMs: 40, dropped: 1 });
  });

  it("counts how long the mailbox has not been empty from the last time it was", async () => {
    const stage = new Stage();
    const ref = stage.system.spawn(puppet());
    ref.tell(nothing);
    await stage.advance(1_000);
    ref.tell(nothing);
    stage.clock.moveTo(1_030);
    expect(stage.system.snapshot()[0]?.mailbox.busyMs).toBe(30);
    await stage.settle();
    expect(stage.system.snapshot()[0]?.mailbox.busyMs).toBe(0);
  });

  it("shows the tree as it stands", async () => {
    const stage = new Stage();
    const rooms = stage.system.spawn(puppet(), { name: "rooms" });
    for (const name of ["lobby", "stage"]) stage.system.spawn(puppet(), { parent: rooms, name });
    stage.system.spawn(puppet(), { name: "connections" });
    const [first, second] = stage.system.snapshot();
    expect(first?.children.map(({ path }) => path)).toEqual(["/rooms/lobby", "/rooms/stage"]);
    expect(second?.path).toBe("/connections");
    stage.system.stop(rooms);
    await stage.settle();
    expect(stage.system.snapshot().map(({ path }) => path)).toEqual(["/connections"]);
  });

  it("shows restarts, the last failure by the wall clock, and the rest between two lives", async () => {
    const stage = new Stage();
    const ref = stage.system.spawn(puppet(), { supervision: restartOnFailure() });
    await stage.advance(500);
    ref.tell(fail("first"));
    await stage.advance(0);
    stage.clock.jump(3_600_000);
    ref.tell(fail("second"));
    await stage.settle();
    expect(stage.system.snapshot()[0]).toMatchObject({
      state: "resting",
      restarts: 2,
      lastFailure: { message: "second", at: Date.UTC(2026, 0, 1) + 500 + 3_600_000 },
    });
    await stage.advance(100);
    expect(stage.system.snapshot()[0]).toMatchObject({ state: "running", restarts: 2 });
  });

  it("shows a failure that is no Error by its text", async () => {
    const stage = new Stage();
    const ref = stage.system.spawn(puppet(), { supervision: restartOnFailure() });
    ref.tell(() => {
      throw "just words";
    });
    await stage.settle();
    expect(stage.system.snapshot()[0]?.lastFailure?.message).toBe("just words");
  });
});
