import { describe, expect, it } from "vitest";
import type { Behavior, MailboxPolicy } from "../../../src/actors/kernel/mod.ts";
import { Stage } from "../../../src/testing/mod.ts";
import { puppet } from "./puppet.ts";

interface Numbered {
  readonly type: "numbered";
  readonly lane: "control" | "few" | "newest";
  readonly number: number;
}

const mailbox: MailboxPolicy<Numbered> = {
  classes: { few: { limit: 2 }, newest: { limit: 2, overflow: "drop-oldest" } },
  classOf: ({ lane }) => lane,
};

function numbered(lane: Numbered["lane"], number: number): Numbered {
  return { type: "numbered", lane, number };
}

function collecting(into: number[]): Behavior<Numbered> {
  return function collecting() {
    return function handle({ number }): undefined {
      into.push(number);
    };
  };
}

describe("tell()", () => {
  it("answers that the mailbox took the message, and returns before it is handled", async () => {
    const stage = new Stage();
    const seen: number[] = [];
    const ref = stage.system.spawn(collecting(seen));
    expect(ref.tell(numbered("few", 1))).toBe(true);
    expect(seen).toEqual([]);
    await stage.settle();
    expect(seen).toEqual([1]);
  });

  it("answers that a full class refused, and takes the others all the same", async () => {
    const stage = new Stage();
    const seen: number[] = [];
    const ref = stage.system.spawn(collecting(seen), { mailbox });
    const answers = [1, 2, 3].map((number) => ref.tell(numbered("few", number)));
    expect(answers).toEqual([true, true, false]);
    expect(ref.tell(numbered("control", 4))).toBe(true);
    expect(ref.tell(numbered("newest", 5))).toBe(true);
    await stage.settle();
    expect(seen).toEqual([4, 1, 2, 5]);
    expect(ref.tell(numbered("few", 6))).toBe(true);
  });

  it("answers that the newest was taken where the oldest gives way", async () => {
    const stage = new Stage();
    const seen: number[] = [];
    const ref = stage.system.spawn(collecting(seen), { mailbox });
    expect([1, 2, 3].map((number) => ref.tell(numbered("newest", number)))).toEqual([true, true, true]);
    expect(stage.system.deadLetters.counts.overflow).toBe(1);
    await stage.settle();
    expect(seen).toEqual([2, 3]);
  });

  it("answers so for one and the same message told again and again", () => {
    const stage = new Stage();
    const ref = stage.system.spawn(collecting([]), { mailbox });
    const same = numbered("newest", 1);
    expect([1, 2, 3].map(() => ref.tell(same))).toEqual([true, true, true]);
  });

  it("answers that an actor which has ended takes nothing", async () => {
    const stage = new Stage();
    const ref = stage.system.spawn(puppet());
    ref.tell((context) => context.stop());
    await stage.settle();
    expect(ref.tell(() => undefined)).toBe(false);
    expect(stage.system.deadLetters.counts.stopped).toBe(1);
  });

  it("reaches an actor that tells itself while it is being born", async () => {
    const stage = new Stage();
    const seen: string[] = [];
    stage.system.spawn(puppet(({ self }) => self.tell(() => seen.push("heard"))));
    await stage.settle();
    expect(seen).toEqual(["heard"]);
  });

  it("keeps the order of what one actor tells another", async () => {
    const stage = new Stage();
    const seen: number[] = [];
    const to = stage.system.spawn(collecting(seen));
    const from = stage.system.spawn(puppet());
    for (let at = 0; at < 200; at += 1) from.tell(() => to.tell(numbered("few", at)));
    await stage.settle();
    expect(seen).toEqual(Array.from({ length: 200 }, (_, at) => at));
  });
});
