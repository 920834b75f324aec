import { describe, expect } from "vitest";
import type { Client } from "./client.ts";
import { test } from "./contract-test.ts";
import { range } from "./seqs.ts";
import { freshRoom, stage } from "./stage.ts";

const { guest, member } = stage();

const many = <T>(count: number, make: (at: number) => Promise<T>): Promise<T[]> =>
  Promise.all(Array.from({ length: count }, (_, at) => make(at)));
const contentsOf = (client: Client, room: string): string[] =>
  client.events.flatMap((event) => (event.type === "message" && event.room === room ? [event.content ?? ""] : []));
const seqsOf = (client: Client, room: string): number[] =>
  client.events.flatMap((event) => (event.type === "message" && event.room === room ? [event.seq] : []));

for (const protocols of [["greenroom.v1"], ["greenroom.v1.batch"]]) {
  describe(`one order over ${protocols}`, () => {
    test("10 clients of 100 pipelined messages each: every member sees the same, without gap or repeat", async () => {
      const room = freshRoom();
      const clients = await many(10, (at) => member(room, `user_${at}`, { protocols }));
      for (let at = 0; at < 100; at++)
        for (const [who, client] of clients.entries())
          client.send({ type: "message", room, content: `${who}:${at}`, id: at });
      await Promise.all(clients.map((client) => client.take("message", 1_000)));
      await Promise.all(clients.map((client) => client.take("ack", 100)));
      const [first, ...others] = clients.map((client) => contentsOf(client, room));
      for (const other of others) expect(other).toEqual(first);
      for (const client of clients) expect(seqsOf(client, room)).toEqual(range(1, 1_000));
      for (const who of clients.keys()) {
        expect(first?.filter((content) => content.startsWith(`${who}:`))).toEqual(
          range(0, 99).map((at) => `${who}:${at}`),
        );
      }
    });

    test("every ack bears the seq at which the message stands", async () => {
      const room = freshRoom();
      const clients = await many(4, (at) => member(room, `user_${at}`, { protocols }));
      for (let at = 0; at < 50; at++)
        for (const [who, client] of clients.entries())
          client.send({ type: "message", room, content: `${who}:${at}`, id: at });
      const acked = await Promise.all(clients.map((client) => client.take("ack", 50)));
      await Promise.all(clients.map((client) => client.take("message", 200)));
      const log = contentsOf(clients[0] as Client, room);
      for (const [who, acks] of acked.entries())
        for (const { id, seq } of acks) expect(log[(seq ?? 0) - 1]).toBe(`${who}:${id}`);
    });

    test("two rooms at once each keep theirs", async () => {
      const rooms = [freshRoom(), freshRoom()];
      const clients = await many(6, async (at) => {
        const client = await guest(`user_${at}`, { protocols });
        for (const room of rooms) await client.request({ type: "join", room }, "joined");
        return client;
      });
      for (let at = 0; at < 60; at++)
        for (const [who, client] of clients.entries())
          client.send({ type: "message", room: rooms[at % 2], content: `${who}:${at}` });
      await Promise.all(clients.map((client) => client.take("message", 360)));
      for (const room of rooms) {
        for (const client of clients) {
          expect(seqsOf(client, room)).toEqual(range(1, 180));
          expect(contentsOf(client, room)).toEqual(contentsOf(clients[0] as Client, room));
        }
      }
    });

    test("what joined shows and what follows it run on without a gap, in the middle of a storm", async () => {
      const room = freshRoom();
      const writers = await many(4, (at) => member(room, `writer_${at}`, { protocols }));
      let storming = true;
      let written = 0;
      const storm = writers.map(async (writer) => {
        while (storming) {
          for (let at = 0; at < 5; at++) writer.send({ type: "message", room, content: `${++written}` });
          // By its acks and not by a pong, which does not wait for the log: where that stands still for a moment, nothing
          // else keeps a writer from getting ten thousands of messages ahead, and all of them come at once behind it.
          await writer.take("ack", 5);
        }
      });
      // The client itself holds what it sees to "head + 1"; here it only has to come and go often.
      await many(8, async (at) => {
        for (let round = 0; round < 8; round++) {
          const late = await guest(`late_${at}`, { protocols });
          const joined = await late.request({ type: "join", room, history: [0, 5, 50, 200][round % 4] }, "joined");
          const [next] = await late.take("message", 3);
          expect(next?.seq).toBe((joined.messages.at(-1)?.seq ?? joined.seq) + 1);
          expect(late.violations).toEqual([]);
          await late.close();
        }
      });
      storming = false;
      await Promise.all(storm);
      await Promise.all(writers.map((writer) => writer.next("message", undefined)));
    }, 90_000);

    test("a client that leaves and comes back with since misses nothing and sees nothing twice", async () => {
      const room = freshRoom();
      const writer = await member(room, "writer", { protocols });
      const reader = await guest("reader", { protocols });
      const seen: number[] = [];
      const { epoch } = await reader.request({ type: "join", room }, "joined");
      for (let round = 0; round < 15; round++) {
        for (let at = 0; at < 30; at++) writer.send({ type: "message", room, content: `${round}:${at}` });
        seen.push(...(await reader.take("message", 7)).map(({ seq }) => seq));
        await reader.request({ type: "leave", room }, "left");
        seen.push(...reader.untaken("message").map(({ seq }) => seq));
        await reader.take("message", reader.untaken("message").length);
        const joined = await reader.request({ type: "join", room, since: { epoch, seq: seen.at(-1) } }, "joined");
        expect(joined.recovered).toBe(true);
        seen.push(...joined.messages.map(({ seq }) => seq));
      }
      await writer.request({ type: "message", room, content: "last" }, "ack");
      while (seen.at(-1) !== 451) seen.push((await reader.next("message")).seq);
      expect(seen).toEqual(range(1, 451));
    });
  });
}
