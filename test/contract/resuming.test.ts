import { describe, expect } from "vitest";
import { test } from "./contract-test.ts";
import { range, seqsOf } from "./seqs.ts";
import { freshRoom, stage } from "./stage.ts";

const { guest, writer } = stage();

describe("since", () => {
  test("yields exactly what came after it", async () => {
    const client = await writer(20);
    const { room } = client;
    const { epoch } = await client.request({ type: "history", room }, "history");
    const back = await guest();
    const joined = await back.request({ type: "join", room, since: { epoch, seq: 12 } }, "joined");
    expect(joined.recovered).toBe(true);
    expect(seqsOf(joined)).toEqual(range(13, 20));
    await client.request({ type: "message", room, content: "live" }, "ack");
    expect((await back.next("message")).seq).toBe(21);
  });

  test("at the head yields nothing, and what is new follows", async () => {
    const client = await writer(5);
    const { room } = client;
    const { epoch } = await client.request({ type: "history", room }, "history");
    const back = await guest();
    const joined = await back.request({ type: "join", room, since: { epoch, seq: 5 } }, "joined");
    expect(joined).toMatchObject({ recovered: true, messages: [], seq: 5 });
    await client.request({ type: "message", room, content: "live" }, "ack");
    expect((await back.next("message")).seq).toBe(6);
  });

  test("before the first entry yields all of them", async () => {
    const client = await writer(5);
    const { room } = client;
    const { epoch } = await client.request({ type: "history", room }, "history");
    const joined = await (await guest()).request({ type: "join", room, since: { epoch, seq: 0 } }, "joined");
    expect(joined.recovered).toBe(true);
    expect(seqsOf(joined)).toEqual(range(1, 5));
  });

  test("far back yields 200 in joined and the rest as ordinary events", async () => {
    const client = await writer(650);
    const { room } = client;
    const { epoch } = await client.request({ type: "history", room }, "history");
    const back = await guest();
    const joined = await back.request({ type: "join", room, since: { epoch, seq: 10 } }, "joined");
    expect(joined.recovered).toBe(true);
    expect(joined.messages.length).toBeLessThanOrEqual(200);
    expect(joined.messages[0]?.seq).toBe(11);
    const rest = await back.take("message", 640 - joined.messages.length);
    expect([...seqsOf(joined), ...rest.map(({ seq }) => seq)]).toEqual(range(11, 650));
  });

  for (const [name, of] of [
    ["of another epoch", (epoch: string) => ({ epoch: `${epoch.slice(0, 8)}x`, seq: 2 })],
    ["beyond the head", (epoch: string) => ({ epoch, seq: 999 })],
  ] as const) {
    test(`${name} is not recovered and yields the newest history`, async () => {
      const client = await writer(5);
      const { room } = client;
      const { epoch } = await client.request({ type: "history", room }, "history");
      const back = await guest();
      const joined = await back.request({ type: "join", room, since: of(epoch) }, "joined");
      expect(joined).toMatchObject({ recovered: false, epoch, seq: 5 });
      expect(seqsOf(joined)).toEqual(range(1, 5));
      await client.request({ type: "message", room, content: "live" }, "ack");
      expect((await back.next("message")).seq).toBe(6);
    });
  }

  for (const since of [
    {},
    { epoch: "e" },
    { seq: 1 },
    { epoch: "e", seq: -1 },
    { epoch: "", seq: 1 },
    { epoch: "x".repeat(65), seq: 1 },
    { epoch: "e", seq: 1.5 },
    5,
    null,
    [],
  ]) {
    test(`of ${JSON.stringify(since).slice(0, 30)} is a bad_command`, async () => {
      const client = await guest();
      expect((await client.request({ type: "join", room: freshRoom(), since }, "error")).code).toBe("bad_command");
    });
  }
});
