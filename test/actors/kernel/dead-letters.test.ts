import { describe, expect, it } from "vitest";
import type { MailboxPolicy } from "../../../src/actors/kernel/mod.ts";
import { Stage } from "../../../src/testing/mod.ts";

type Message = { readonly type: string } | string;

const mailbox: MailboxPolicy<Message> = { classes: { any: { limit: 1 } }, classOf: () => "any" };

function full() {
  const stage = new Stage();
  const ref = stage.system.spawn<Message>(() => () => undefined, { name: "full", mailbox });
  ref.tell("the one that fits");
  return { stage, ref };
}

describe("dead letters", () => {
  it("are none at first", () => {
    const { deadLetters } = new Stage().system;
    expect(deadLetters.counts).toEqual({ stopped: 0, overflow: 0, "former-life": 0 });
    expect(deadLetters.recent).toEqual([]);
  });

  it("tell whose they were, why, and of which type", async () => {
    const { stage, ref } = full();
    ref.tell({ type: "late" });
    stage.system.stop(ref);
    await stage.settle();
    ref.tell({ type: "later" });
    expect(stage.system.deadLetters.recent).toEqual([
      { path: "/full", reason: "overflow", type: "late" },
      { path: "/full", reason: "stopped", type: "string" },
      { path: "/full", reason: "stopped", type: "later" },
    ]);
    expect(stage.system.deadLetters.counts).toEqual({ stopped: 2, overflow: 1, "former-life": 0 });
  });

  it("say nothing of a message but its type", () => {
    const { stage, ref } = full();
    ref.tell({ type: "login", password: "canary" } as Message);
    ref.tell("canary");
    expect(JSON.stringify(stage.system.deadLetters.recent)).not.toContain("canary");
  });

  it.each([1, 63, 64, 65, 128, 1_000])("are remembered in order: the last 64 of %d", (count) => {
    const { stage, ref } = full();
    for (let at = 1; at <= count; at += 1) ref.tell({ type: `${at}` });
    const first = Math.max(1, count - 63);
    const expected = Array.from({ length: count - first + 1 }, (_, at) => `${first + at}`);
    expect(stage.system.deadLetters.recent.map(({ type }) => type)).toEqual(expected);
    expect(stage.system.deadLetters.counts.overflow).toBe(count);
  });

  it("are handed out as they stood at that moment", () => {
    const { stage, ref } = full();
    const { counts, recent } = stage.system.deadLetters;
    ref.tell({ type: "late" });
    expect(counts.overflow).toBe(0);
    expect(recent).toEqual([]);
  });
});
