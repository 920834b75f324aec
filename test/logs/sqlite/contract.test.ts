import { describeRecords } from "../records.contract.ts";
import { describeRoomLog } from "../room-log.contract.ts";
import { describeModel } from "../room-log-model.contract.ts";
import { opened } from "./opened.ts";

describeRoomLog("sqliteLog()", async () => {
  const { log } = await opened();
  return { nodes: [log], settle: () => Promise.resolve() };
});

describeModel(
  "sqliteLog()",
  async () => {
    let store = await opened();
    const { folder } = store;
    return {
      log: store.log,
      async again(how) {
        // Nothing can be seen of a process that was killed in the middle but its files: its thread is ended as abruptly.
        if (how === "killed") store.writer.kill();
        await store.close();
        store = await opened({ folder });
        return store.log;
      },
    };
  },
  { numRuns: 60 },
);

describeRecords("sqliteLog()", async () => {
  const { records, clock } = await opened();
  return {
    records,
    async elapse(ms: number) {
      const end = clock.now() + ms;
      for (let next = clock.next; next !== undefined && next <= end; next = clock.next) {
        clock.moveTo(next);
        // The store answers in real time, and may then ask to be woken again.
        await records.delete("none such");
      }
      clock.moveTo(end);
      await records.delete("none such");
    },
  };
});
