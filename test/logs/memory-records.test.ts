import { MemoryRecords } from "../../src/mod.ts";
import { VirtualClock } from "../../src/testing/mod.ts";
import { describeRecords } from "./records.contract.ts";

describeRecords("MemoryRecords", () => {
  const clock = new VirtualClock();
  return {
    records: new MemoryRecords(clock),
    elapse(ms: number): Promise<void> {
      const end = clock.now() + ms;
      for (let next = clock.next; next !== undefined && next <= end; next = clock.next) clock.moveTo(next);
      clock.moveTo(end);
      return Promise.resolve();
    },
  };
});
