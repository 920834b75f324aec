import { describe, expect, it } from "vitest";
import { Account, type Shown } from "./account.ts";

/** A log whose entries stand in this order. */
function log(...contents: readonly string[]): Shown[] {
  return contents.map((content, at) => ({ seq: at + 1, content }));
}

/** A room in which a and b were acknowledged at 1 and 2, c was sent, and the reader was shown a. */
function account(): Account {
  const account = new Account("room");
  for (const content of ["a", "b", "c"]) account.sent(content);
  account.acked("a", 1);
  account.acked("b", 2);
  account.joined("epoch", undefined);
  account.shown({ seq: 1, content: "a" });
  return account;
}

describe("the account of a crash", () => {
  it("has nothing to say where all is well, whether or not what was not acknowledged is there", () => {
    for (const contents of [
      ["a", "b"],
      ["a", "b", "c"],
    ]) {
      const well = account();
      well.joined("epoch", true);
      well.check(log(...contents));
      expect(well.violations).toEqual([]);
    }
  });

  it.each([
    ["lost", log("a")],
    ["lost altogether", []],
    ["moved", log("b", "a")],
    ["twice there", log("a", "b", "a")],
    ["never sent", log("a", "b", "d")],
    ["behind a hole", [...log("a", "b"), { seq: 4, content: "c" }]],
    ["not what the reader was shown", log("c", "b", "a")],
  ])("says what is %s", (_, found) => {
    const wrong = account();
    wrong.check(found);
    expect(wrong.violations).not.toEqual([]);
  });

  it.each([
    ["an ack at another place", (wrong: Account) => wrong.acked("a", 2)],
    ["a resume that did not recover", (wrong: Account) => wrong.joined("epoch", false)],
    ["another epoch", (wrong: Account) => wrong.joined("other", true)],
    ["a gap before the reader", (wrong: Account) => wrong.shown({ seq: 3, content: "c" })],
    ["a repeat before the reader", (wrong: Account) => wrong.shown({ seq: 1, content: "a" })],
  ])("says that there was %s", (_, go) => {
    const wrong = account();
    go(wrong);
    expect(wrong.violations).toHaveLength(1);
  });
});
