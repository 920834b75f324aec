import { describe, expect, it } from "vitest";
import type { Behavior, MailboxPolicy } from "../../../src/actors/kernel/mod.ts";
import { Stage } from "../../../src/testing/mod.ts";

interface Double {
  readonly type: "double";
  readonly number: number;
  readonly reply: (answer: number) => undefined;
}

const doubling: Behavior<Double> = () => {
  return function handle({ number, reply }): undefined {
    reply(2 * number);
  };
};

const silent: Behavior<Double> = () => () => undefined;

function double(number: number) {
  return (reply: (answer: number) => undefined): Double => ({ type: "double", number, reply });
}

/** How a promise ended, once the stage has settled. */
async function settled(promise: Promise<unknown>): Promise<string> {
  return promise.then(
    (value) => `value ${value}`,
    (error: unknown) => `${error}`,
  );
}

describe("ask()", () => {
  it("resolves with the answer, and leaves no timer behind", async () => {
    const stage = new Stage();
    const ref = stage.system.spawn(doubling);
    const asked = stage.system.ask(ref, double(21));
    await stage.settle();
    expect(await asked).toBe(42);
    await stage.advance(1_000);
    expect(stage.clock.next).toBeUndefined();
  });

  it("gives up after its time with the actor's path and the time", async () => {
    const stage = new Stage();
    const ref = stage.system.spawn(silent, { name: "silent" });
    const ending = settled(stage.system.ask(ref, double(1), 250));
    await stage.advance(249);
    const early = await Promise.race([ending, Promise.resolve("not yet")]);
    expect(early).toBe("not yet");
    await stage.advance(1);
    expect(await ending).toBe("Error: Cannot ask /silent: no answer within 250 ms");
  });

  it("gives up after a second where no time was named", async () => {
    const stage = new Stage();
    const ending = settled(stage.system.ask(stage.system.spawn(silent), double(1)));
    await stage.advance(1_000);
    expect(await ending).toContain("no answer within 1000 ms");
  });

  it("fails at once where the mailbox refuses", async () => {
    const stage = new Stage();
    const mailbox: MailboxPolicy<Double> = { classes: { question: { limit: 1 } }, classOf: () => "question" };
    const ref = stage.system.spawn(doubling, { name: "busy", mailbox });
    const first = settled(stage.system.ask(ref, double(1)));
    const second = settled(stage.system.ask(ref, double(2)));
    expect(await second).toBe("Error: Cannot ask /busy: its mailbox refuses");
    await stage.settle();
    expect(await first).toBe("value 2");
  });

  it("fails at once where the actor has ended", async () => {
    const stage = new Stage();
    const ref = stage.system.spawn(doubling, { name: "gone" });
    stage.system.stop(ref);
    await stage.settle();
    expect(await settled(stage.system.ask(ref, double(1)))).toBe("Error: Cannot ask /gone: its mailbox refuses");
  });

  it("takes the first answer, and lets others and late ones be", async () => {
    const stage = new Stage();
    const replies: Double["reply"][] = [];
    const keeping: Behavior<Double> = () => {
      return function handle({ reply }): undefined {
        replies.push(reply);
      };
    };
    const ref = stage.system.spawn(keeping);
    const [one, other] = [
      settled(stage.system.ask(ref, double(1), 100)),
      settled(stage.system.ask(ref, double(2), 100)),
    ];
    await stage.settle();
    for (const answer of [1, 2]) replies[0]?.(answer);
    await stage.advance(100);
    replies[1]?.(3);
    expect(await one).toBe("value 1");
    expect(await other).toContain("no answer");
  });
});
