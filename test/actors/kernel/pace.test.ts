import { describe, expect, it } from "vitest";
import type { HandedOut } from "../../../src/actors/kernel/mod.ts";
import { Stage } from "../../../src/testing/mod.ts";
import { puppet } from "./puppet.ts";

/** An actor whose flush takes as long as the test says, and the moments at which it ran; a gathering may go before it. */
function writer(flushMs: number, handedOut?: HandedOut) {
  const stage = new Stage();
  const moments: number[] = [];
  let request: () => undefined = () => undefined;
  const ref = stage.system.spawn(
    puppet((context) => {
      const requestFlush = context.onTurnEnd(() => {
        moments.push(stage.clock.now());
        stage.clock.moveTo(stage.clock.now() + flushMs);
      }, "flush");
      const requestGather = context.onTurnEnd(() => handedOut, "gather");
      request = () => {
        requestGather();
        return requestFlush();
      };
    }),
  );
  const write = (): boolean => ref.tell(() => request());
  return { stage, moments, write };
}

describe("the pace of flushes", () => {
  it.each([
    ["", undefined],
    [", where several deliveries went in one write", { deliveries: 30, receivers: 20 }],
  ])("waits a quarter of what the last flush took%s", async (_, handedOut) => {
    const { stage, moments, write } = writer(8, handedOut);
    write();
    await stage.settle();
    write();
    await stage.settle();
    expect(moments).toEqual([0]);
    await stage.advance(2);
    expect(moments).toEqual([0, 10]);
  });

  it("waits 10 ms at most", async () => {
    const { stage, moments, write } = writer(1_000);
    write();
    await stage.settle();
    write();
    await stage.advance(10);
    expect(moments).toEqual([0, 1_010]);
  });

  it("waits for nothing where a flush was short", async () => {
    const { stage, moments, write } = writer(0.5);
    write();
    await stage.settle();
    write();
    await stage.settle();
    expect(moments).toEqual([0, 0.5]);
  });

  it("waits for nothing when the last flush was a while ago", async () => {
    const { stage, moments, write } = writer(8);
    write();
    await stage.advance(100);
    write();
    await stage.settle();
    expect(moments).toEqual([0, 100]);
  });

  it("gathers what several turns have written", async () => {
    const { stage, moments, write } = writer(40);
    write();
    await stage.settle();
    for (let turn = 0; turn < 5; turn += 1) {
      write();
      await stage.settle();
    }
    await stage.advance(10);
    expect(moments).toEqual([0, 50]);
  });

  it("goes on with messages meanwhile", async () => {
    const { stage, write } = writer(40);
    write();
    await stage.settle();
    write();
    let handled = false;
    const other = stage.system.spawn(puppet());
    other.tell(() => {
      handled = true;
    });
    await stage.settle();
    expect(handled).toBe(true);
    expect(stage.clock.now()).toBe(40);
  });

  it("is not quiet before it has flushed", async () => {
    const { stage, write } = writer(8);
    write();
    await stage.settle();
    write();
    let quiet = false;
    void stage.system.quiet().then(() => {
      quiet = true;
    });
    await stage.settle();
    expect(quiet).toBe(false);
    await stage.advance(2);
    expect(quiet).toBe(true);
  });

  it("waits for nothing where each receiver got its own", async () => {
    const { stage, moments, write } = writer(8, { deliveries: 29, receivers: 20 });
    write();
    await stage.settle();
    write();
    await stage.settle();
    expect(moments).toEqual([0, 8]);
  });

  it("is no matter to a turn that is run at once", async () => {
    const { stage, moments, write } = writer(8);
    write();
    await stage.settle();
    write();
    stage.system.turn();
    expect(moments).toEqual([0, 8]);
  });
});
