import { describe, expect, it } from "vitest";
import type { Entry, RoomLog } from "../../src/actors/room/mod.ts";
import { appended, contents, draft, seqOf } from "./drafts.ts";
import type { OpenRoomLog } from "./room-log.contract.ts";

/** What every engine does alike that several nodes may append to. */
export function describeSharedRoomLog(name: string, open: OpenRoomLog): void {
  async function two() {
    const { nodes, settle } = await open(2);
    const [here, there] = nodes as [RoomLog, RoomLog];
    return { here, there, settle };
  }

  describe(`${name}: tail()`, () => {
    it("brings what other nodes append, in order, and nothing of this one's own", async () => {
      const { here, there, settle } = await two();
      const heard: Entry[] = [];
      const epochs = new Set<string>();
      here.tail("a", (epoch, entries) => {
        epochs.add(epoch);
        heard.push(...entries);
      });
      await appended(here, draft("a", "own"));
      await appended(there, draft("a", "1"), draft("b", "elsewhere"), draft("a", "2"));
      await appended(there, draft("a", "3"));
      await settle();
      expect(heard.map(({ seq, content }) => [seq, content])).toEqual([
        [2, "1"],
        [3, "2"],
        [4, "3"],
      ]);
      expect([...epochs]).toEqual([(await here.head("a")).epoch]);
    });

    it("brings nothing more once it is closed, and leaves others open", async () => {
      const { here, there, settle } = await two();
      const heard: string[] = [];
      const first = here.tail("a", () => heard.push("first"));
      here.tail("a", () => heard.push("second"));
      // By then, it is known over there as well that somebody follows.
      await settle();
      first.close();
      first.close();
      await appended(there, draft("a", "1"));
      await settle();
      expect(heard).toEqual(["second"]);
    });

    it("leaves all nodes with the same entries in the same order", async () => {
      const { nodes } = await open(3);
      for (let round = 0; round < 10; round += 1) {
        await Promise.all(nodes.map((log, at) => appended(log, draft("a", `${at} ${round}`), draft("a", `${at}`))));
      }
      const [first, ...others] = await Promise.all(nodes.map((log) => contents(log, "a")));
      expect(first).toHaveLength(60);
      for (const other of others) expect(other).toEqual(first);
    });

    it("keeps a key to one entry over all nodes", async () => {
      const { here, there } = await two();
      const keyed = draft("a", "once", { key: "k" });
      const outcomes = [...(await appended(here, keyed)), ...(await appended(there, keyed))];
      expect(outcomes.map((outcome) => `${outcome.type} ${seqOf(outcome)}`)).toEqual(["appended 1", "duplicate 1"]);
    });
  });
}
