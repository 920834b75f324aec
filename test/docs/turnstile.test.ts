import { describe, expect, it } from "vitest";
import { turnstile } from "../../docs/examples/turnstile.ts";
import { Stage } from "../../src/testing/mod.ts";

async function passedAfter(...told: readonly ("coin" | "push" | number)[]): Promise<number> {
  const stage = new Stage();
  const gate = stage.system.spawn(turnstile());
  for (const one of told) {
    if (typeof one === "number") await stage.advance(one);
    else gate.tell({ type: one });
  }
  const answer = stage.system.ask(gate, (reply: (passed: number) => undefined) => ({ type: "count" as const, reply }));
  await stage.settle();
  return answer;
}

describe("the turnstile of the docs", () => {
  it("lets one person through for each coin", async () => {
    expect(await passedAfter("push")).toBe(0);
    expect(await passedAfter("coin", "push", "push")).toBe(1);
    expect(await passedAfter("coin", "coin", "push", "push")).toBe(1);
    expect(await passedAfter("coin", "push", "coin", "push")).toBe(2);
  });

  it("locks again when nobody comes for three seconds", async () => {
    expect(await passedAfter("coin", 2_999, "push")).toBe(1);
    expect(await passedAfter("coin", 3_000, "push")).toBe(0);
    expect(await passedAfter("coin", 2_000, "push", "coin", 2_000, "push")).toBe(2);
  });

  it("counts one on the stage that the docs show", async () => {
    const { passed } = await import("../../docs/examples/turnstile-on-stage.ts");
    expect(passed).toBe(1);
  });
});
