import { describe, expect, it } from "vitest";
import type { Attachment, Draft, RoomLog } from "../../src/actors/room/mod.ts";
import { ALL, appended, contents, draft, seqOf } from "./drafts.ts";

/** A file, as an entry names it. */
export function attachment(file: string): Attachment {
  return { file, name: "a \u{1f600}.png", media: "image/png", size: 3, sha256: "0".repeat(64) };
}

/** A draft that takes away what stands at a place. */
export function redaction(room: string, target: number, more: Partial<Draft> = {}): Draft {
  return draft(room, "", { redacts: { target, reason: undefined }, ...more });
}

/** What every engine does alike about files, what is taken away, and what is allowed no longer. */
export function describeChanges(name: string, one: () => Promise<RoomLog>): void {
  describe(`${name}: redactions`, () => {
    it("leave a tombstone at the target's place, and stand at their own", async () => {
      const log = await one();
      const sender = { id: "eve", name: "Eve" };
      const said = draft("a", "secret", { data: { also: "secret" }, key: "k", attachment: attachment("f"), sender });
      const outcomes = await appended(log, said, redaction("a", 1, { redacts: { target: 1, reason: "rude" } }));
      expect(outcomes.map(seqOf)).toEqual([1, 2]);
      expect(outcomes[1]).toMatchObject({ entry: { seq: 2, redacts: { target: 1, reason: "rude" } } });
      const { entries } = await log.read("a", { after: 0 }, ALL);
      expect(entries).toMatchObject([
        { seq: 1, sender, content: "", key: "k", at: 1_000, redacted: true },
        { seq: 2, content: "", redacts: { target: 1, reason: "rude" } },
      ]);
      expect(entries[0]?.data).toBeUndefined();
      expect(entries[0]).not.toHaveProperty("attachment");
      expect(entries[1]).not.toHaveProperty("redacted");
    });

    it("are refused where there is no message, none any more, or another redaction", async () => {
      const log = await one();
      await appended(log, draft("a", "1"), draft("b", "elsewhere"), draft("b", "elsewhere"));
      const outcomes = await appended(
        log,
        redaction("a", 2),
        redaction("a", 0),
        redaction("none", 1),
        redaction("a", 1),
        redaction("a", 1),
        redaction("a", 2),
        draft("a", "goes on"),
      );
      const missing = { type: "refused", reason: "missing" };
      expect(outcomes).toMatchObject([missing, missing, missing, { entry: { seq: 2 } }, missing, missing, {}]);
      expect(await contents(log, "a")).toEqual(["", "", "goes on"]);
    });

    it("are made once under a key", async () => {
      const log = await one();
      await appended(log, draft("a", "1"), draft("a", "2"));
      expect(await appended(log, redaction("a", 1, { key: "r" }))).toMatchObject([{ type: "appended" }]);
      expect(await appended(log, redaction("a", 2, { key: "r" }))).toMatchObject([{ type: "duplicate", seq: 3 }]);
      expect(await contents(log, "a")).toEqual(["", "2", ""]);
    });

    it("leave the key of what they took away in use", async () => {
      const log = await one();
      const keyed = draft("a", "once", { key: "k" });
      await appended(log, keyed, redaction("a", 1));
      expect(await appended(log, keyed)).toMatchObject([{ type: "duplicate", seq: 1 }]);
    });
  });

  describe(`${name}: raise()`, () => {
    const under = (room: string, roomPolicy: number, house: number) =>
      draft(room, "x", { policy: { room: roomPolicy, house } });

    it("has drafts of that room refused that were allowed under an older policy, and those that name none taken", async () => {
      const log = await one();
      await log.raise("a", 3);
      await log.raise("a", 2);
      const outcomes = await appended(log, under("a", 2, 0), under("a", 3, 0), under("b", 0, 0), draft("a", "plain"));
      const outdated = { type: "refused", reason: "outdated" };
      expect(outcomes).toMatchObject([outdated, { type: "appended" }, { type: "appended" }, { type: "appended" }]);
      expect((await log.head("a")).seq).toBe(2);
    });

    it("does the same for the whole house", async () => {
      const log = await one();
      await log.raise(undefined, 2);
      await log.raise(undefined, 1);
      const outcomes = await appended(log, under("a", 9, 1), under("b", 0, 2), under("c", 0, 1));
      expect(outcomes.map(({ type }) => type)).toEqual(["refused", "appended", "refused"]);
    });

    it("goes before a key: what is not allowed any more is not answered as done", async () => {
      const log = await one();
      const keyed = { ...under("a", 1, 0), key: "k" };
      await appended(log, keyed);
      await log.raise("a", 2);
      expect(await appended(log, keyed)).toMatchObject([{ type: "refused", reason: "outdated" }]);
    });
  });

  describe(`${name}: files`, () => {
    const naming = (room: string, file: string, more: Partial<Draft> = {}) =>
      draft(room, file, { attachment: attachment(file), ...more });

    it("are attached as long as an entry names them, and released with the last", async () => {
      const log = await one();
      const released: string[] = [];
      log.released((files) => released.push(...files));
      await appended(log, naming("a", "f"), naming("b", "f"), naming("a", "g"));
      expect(await log.attached(["f", "g", "none"])).toEqual(new Set(["f", "g"]));
      await appended(log, redaction("a", 1));
      expect([...(await log.attached(["f", "g"]))].sort()).toEqual(["f", "g"]);
      expect(released).toEqual([]);
      await appended(log, redaction("b", 1));
      expect(await log.attached(["f", "g"])).toEqual(new Set(["g"]));
      expect(released).toEqual(["f"]);
    });

    it("come back with their entry as they were named", async () => {
      const log = await one();
      await appended(log, naming("a", "f"));
      const { entries } = await log.read("a", { after: 0 }, ALL);
      expect(entries[0]?.attachment).toEqual(attachment("f"));
    });

    it("are not named by what was refused or a repeat", async () => {
      const log = await one();
      await log.raise("a", 1);
      await appended(log, naming("b", "first", { key: "k" }));
      const repeated = naming("b", "second", { key: "k" });
      await appended(log, naming("a", "refused", { policy: { room: 0, house: 0 } }), repeated);
      expect(await log.attached(["first", "second", "refused"])).toEqual(new Set(["first"]));
    });

    it("tell nobody who has stopped listening", async () => {
      const log = await one();
      const released: string[] = [];
      log.released((files) => released.push(...files)).close();
      await appended(log, naming("a", "f"), redaction("a", 1));
      expect(released).toEqual([]);
    });
  });
}
