import { randomUUID } from "node:crypto";
import { describeBus } from "../bus.contract.ts";
import { describeRecords } from "../records.contract.ts";
import type { RoomLogUnderTest } from "../room-log.contract.ts";
import { describeRoomLog } from "../room-log.contract.ts";
import { describeModel } from "../room-log-model.contract.ts";
import { describeSharedRoomLog } from "../room-log-shared.contract.ts";
import { age } from "./aging.ts";
import { heardOf, type Opened, onRedis, settled } from "./opened.ts";

const { server, opened } = onRedis();

async function together(count: number): Promise<Opened[]> {
  const prefix = `{test}} ${randomUUID()}:`;
  return await Promise.all(Array.from({ length: count }, () => opened({ prefix })));
}

async function logs(count: number): Promise<RoomLogUnderTest> {
  const stores = await together(count);
  return { nodes: stores.map(({ log }) => log), settle: () => settled(stores) };
}

describeRoomLog("redisLog()", logs);
describeSharedRoomLog("redisLog()", logs);

describeModel(
  "redisLog()",
  async () => {
    const prefix = `${randomUUID()}:`;
    let store = await opened({ prefix });
    return {
      log: store.log,
      async again() {
        await store.close();
        store = await opened({ prefix });
        return store.log;
      },
    };
  },
  { numRuns: 60 },
);

describeRecords("redisLog()", async () => {
  const [one, other] = (await together(2)) as [Opened, Opened];
  return {
    records: one.records,
    async elapse(ms: number) {
      await age(server(), one.prefix, ms);
      await settled([one, other]);
    },
  };
});

describeBus("redisLog()", async () => {
  const stores = (await together(2)) as [Opened, Opened];
  const [here, there] = stores;
  return {
    nodes: [here.bus, there.bus],
    // Where a bus is closed, nothing comes through it: the records are heard of on the same line.
    settle: () => heardOf(stores),
  };
});
