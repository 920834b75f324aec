import { describe, expect, it } from "vitest";
import type { MailboxPolicy } from "../../../src/actors/kernel/mod.ts";
import { Stage } from "../../../src/testing/mod.ts";

interface Letter {
  readonly type: string;
  readonly kind: string;
  readonly bytes: number;
}

const policy: MailboxPolicy<Letter> = {
  classes: {
    few: { limit: 2 },
    newest: { limit: 2, overflow: "drop-oldest" },
    light: { limit: 100, limitBytes: 100 },
    lightest: { limit: 100, limitBytes: 100, overflow: "drop-oldest" },
    none: { limit: 0, overflow: "drop-oldest" },
  },
  classOf: ({ kind }) => kind,
  sizeOf: ({ bytes }) => bytes,
};

function letter(kind: string, type: string, bytes = 0): Letter {
  return { type, kind, bytes };
}

/** An actor that remembers what it is handed, once `emptied`. */
function box(mailbox: MailboxPolicy<Letter> | undefined = policy) {
  const stage = new Stage();
  const handed: string[] = [];
  const ref = stage.system.spawn<Letter>(
    () =>
      ({ type }): undefined =>
        void handed.push(type),
    {
      name: "box",
      ...(mailbox !== undefined && { mailbox }),
    },
  );
  return {
    put: (kind: string, type: string, bytes?: number) => ref.tell(letter(kind, type, bytes)),
    shed: () => stage.system.deadLetters.recent.map(({ type, reason }) => `${type} ${reason}`),
    tallies: () => stage.system.snapshot()[0]?.mailbox,
    async emptied(): Promise<string[]> {
      await stage.settle();
      return handed.splice(0);
    },
  };
}

describe("a mailbox", () => {
  it("hands out control first, each lane in its order", async () => {
    const { put, tallies, emptied } = box();
    put("few", "a");
    put("control", "b");
    put("newest", "c");
    put("control", "d");
    expect(tallies()).toMatchObject({ depth: 4, control: 2 });
    expect(await emptied()).toEqual(["b", "d", "a", "c"]);
  });

  it("never sheds control, whatever else it holds", async () => {
    const { put, tallies, emptied } = box();
    for (let at = 0; at < 3; at += 1) put("few", "few");
    for (let at = 0; at < 10_000; at += 1) expect(put("control", "control")).toBe(true);
    expect(tallies()).toMatchObject({ control: 10_000, dropped: 1 });
    expect(await emptied()).toHaveLength(10_002);
  });

  it("refuses the newcomer of a full class", async () => {
    const { put, shed, tallies, emptied } = box();
    expect(["a", "b", "c"].map((type) => put("few", type))).toEqual([true, true, false]);
    expect(shed()).toEqual(["c overflow"]);
    expect(tallies()).toMatchObject({ depth: 2, dropped: 1 });
    expect(await emptied()).toEqual(["a", "b"]);
  });

  it("has the oldest of a full class give way where it is to, wherever that stands", async () => {
    const { put, shed, emptied } = box();
    put("few", "a");
    put("newest", "b");
    put("few", "c");
    put("newest", "d");
    expect(put("newest", "e")).toBe(true);
    expect(shed()).toEqual(["b overflow"]);
    expect(await emptied()).toEqual(["a", "c", "d", "e"]);
  });

  it("keeps one full class from touching another", async () => {
    const { put, emptied } = box();
    for (let at = 0; at < 5; at += 1) put("few", `few ${at}`);
    expect(put("newest", "a")).toBe(true);
    expect(put("light", "b", 90)).toBe(true);
    expect(await emptied()).toEqual(["few 0", "few 1", "a", "b"]);
  });

  it("bounds a class by bytes", async () => {
    const { put, shed, emptied } = box();
    expect(put("light", "a", 60)).toBe(true);
    expect(put("light", "b", 41)).toBe(false);
    expect(put("light", "c", 40)).toBe(true);
    expect(shed()).toEqual(["b overflow"]);
    expect(await emptied()).toEqual(["a", "c"]);
  });

  it("takes one message past the bytes of its class where nothing else of it waits", async () => {
    const { put, emptied } = box();
    expect(put("light", "a", 1_000)).toBe(true);
    expect(put("light", "b", 1)).toBe(false);
    expect(await emptied()).toEqual(["a"]);
    expect(put("light", "c", 1)).toBe(true);
  });

  it("makes room by bytes until the newcomer fits", async () => {
    const { put, tallies, emptied } = box();
    for (let at = 0; at < 10; at += 1) put("lightest", `${at}`, 10);
    expect(put("lightest", "newcomer", 75)).toBe(true);
    expect(tallies()?.dropped).toBe(8);
    expect(await emptied()).toEqual(["8", "9", "newcomer"]);
  });

  it("takes nothing of a class without room", async () => {
    const { put, emptied } = box();
    expect(put("none", "a")).toBe(false);
    expect(await emptied()).toEqual([]);
  });

  it.each([
    ["refuses", "few"],
    ["gives way", "newest"],
  ])("has its tallies right after it %s and is emptied, over and over", async (_, kind) => {
    const { put, tallies, emptied } = box();
    for (let round = 1; round <= 50; round += 1) {
      for (const type of ["a", "b", "c"]) put(kind, type);
      expect(tallies()).toMatchObject({ depth: 2, dropped: round });
      expect(await emptied()).toHaveLength(2);
      expect(tallies()?.depth).toBe(0);
    }
  });

  it("gives bytes back as messages are taken", async () => {
    const { put, emptied } = box();
    for (let round = 0; round < 50; round += 1) {
      expect(put("light", "a", 70)).toBe(true);
      expect(put("light", "b", 30)).toBe(true);
      expect(put("light", "c", 1)).toBe(false);
      expect(await emptied()).toEqual(["a", "b"]);
    }
  });

  it("holds 1,000 messages of any kind without a policy", async () => {
    const stage = new Stage();
    const ref = stage.system.spawn<string>(() => () => undefined);
    for (let at = 0; at < 1_000; at += 1) expect(ref.tell("message")).toBe(true);
    expect(ref.tell("one too many")).toBe(false);
    await stage.settle();
    expect(ref.tell("again")).toBe(true);
  });
});
