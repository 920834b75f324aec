import { afterEach, expect, test } from "vitest";
import { connect } from "../contract/client.ts";
import { startRedis } from "../logs/redis/server.ts";
import { binaryOf } from "../matrix/targets.ts";
import { endGroup, start } from "../package/started.ts";

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).toReversed()) await end();
});

test("members of a room are told `reset` when Redis comes back without what was acknowledged, and go on", async () => {
  const redis = await startRedis();
  ends.push(() => redis.remove());
  const node = start(binaryOf("driver"), ["src/main.ts"], { env: { GREENROOM_LOG: redis.url } });
  ends.push(async () => {
    endGroup(node.child);
    await node.exited;
  });
  const [, port] = await node.says(/http:\/\/127\.0\.0\.1:(\d+)/);
  const ada = await connect(`ws://127.0.0.1:${port}/ws/lobby?name=ada`);
  const { epoch } = await ada.next("joined");
  await ada.request({ type: "message", content: "kept" }, "ack");
  await redis.say("SAVE");
  const lost = await ada.request({ type: "message", content: "lost" }, "ack");
  await redis.kill();
  await redis.start();
  const reset = await ada.next("reset", undefined, 40_000);
  expect(reset).toMatchObject({ reason: "epoch", seq: 1 });
  expect(reset.epoch).not.toBe(epoch);
  // The place of what was lost is another message's now, and nobody takes the one for the other.
  // Until the node has read again who may say something, it is refused: whoever says it under a key says it again.
  const said = { type: "message", content: "otherwise", key: "again" } as const;
  const place = (): Promise<unknown> => ada.request(said, "ack", 20_000).then(({ seq }) => seq, String);
  await expect.poll(place, { timeout: 60_000, interval: 500 }).toBe(lost.seq);
  const back = await connect(`ws://127.0.0.1:${port}/ws?name=bob`);
  back.send({ type: "join", since: { epoch, seq: lost.seq as number } });
  expect(await back.next("joined")).toMatchObject({ recovered: false, epoch: reset.epoch });
  expect(ada.violations).toEqual([]);
  expect(node.said().stderr).toContain("all rooms go on under new epochs");
  ada.socket.terminate();
  back.socket.terminate();
});
