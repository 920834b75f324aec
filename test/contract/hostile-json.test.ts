import { describe, expect } from "vitest";
import { test } from "./contract-test.ts";
import { freshRoom, stage } from "./stage.ts";

const it = stage();
const protocols = { v1: "greenroom.v1", batch: "greenroom.v1.batch" } as const;

/** So many levels of arrays or objects in each other. */
function deep(levels: number, [open, close]: readonly [string, string]): string {
  return open.repeat(levels) + close.repeat(levels);
}

for (const [form, protocol] of Object.entries(protocols)) {
  describe(`hostile JSON (${form})`, () => {
    const texts: readonly (readonly [string, string])[] = [
      ["10,000 arrays deep", deep(10_000, ["[", "]"])],
      ["10,000 objects deep", `${'{"a":'.repeat(10_000)}0${"}".repeat(10_000)}`],
      ["10,000 arrays that never close", "[".repeat(10_000)],
      ["10,000 arrays deep as data", `{"type":"message","content":"x","data":${deep(10_000, ["[", "]"])}}`],
      ["64 KiB of digits", "9".repeat(65_000)],
      ["64 KiB of digits as an id", `{"type":"ping","id":${"9".repeat(65_000)}}`],
      ["64 KiB of digits as a seq", `{"type":"history","after":${"9".repeat(65_000)}}`],
      ["64 KiB of digits behind a point", `{"type":"history","after":1.${"5".repeat(65_000)}}`],
      ["an exponent of 64 KiB", `{"type":"ping","id":1e${"9".repeat(65_000)}}`],
      ["64 KiB of backslashes", `{"type":"ping","id":"${"\\\\".repeat(32_000)}"}`],
      ["6,000 keys", `{"type":"ping","id":[],${Array.from({ length: 6_000 }, (_, at) => `"k${at}":0`).join(",")}}`],
      ["9,000 times the same key", `{"type":"history",${'"a":1,'.repeat(9_000)}"limit":0}`],
      ["a lone surrogate as content", '{"type":"message","content":"\\ud800"}'],
      ["a lone surrogate as a key", '{"type":"message","content":"x","key":"\\udfff"}'],
      ["a lone surrogate as an id", '{"type":"ping","id":"\\ud83d"}'],
      ["a lone surrogate as a room", '{"type":"join","room":"\\udc00"}'],
      ["__proto__ as the command", '{"__proto__":{"type":"ping"}}'],
      ["__proto__ as its type", '{"type":"__proto__"}'],
      ["__proto__ as a room", '{"type":"join","room":"__proto__"}'],
      ["constructor.prototype", '{"constructor":{"prototype":{"type":"ping"}}}'],
    ];
    for (const [name, text] of texts) {
      test(`${name} is answered with one error, and the connection stays`, async () => {
        const client = await it.member(freshRoom(), undefined, { protocols: [protocol] });
        client.sendText(text);
        const { code, message } = await client.next("error");
        expect(["bad_json", "bad_command", "unknown_type"]).toContain(code);
        expect(message.length).toBeLessThan(200);
        await client.settled();
        expect(client.untaken("error")).toEqual([]);
        await it.stillServes();
      });
    }

    test("duplicate keys are taken by their last, wherever they stand", async () => {
      const room = freshRoom();
      const client = await it.member(room, undefined, { protocols: [protocol] });
      client.sendText(
        `{"type":"ping","room":"other","type":"message","content":"one","room":"${room}","content":"two","id":1,"id":2}`,
      );
      expect(await client.next("ack")).toMatchObject({ id: 2, seq: 1 });
      expect((await client.next("message")).content).toBe("two");
    });

    for (const name of ["__proto__", "constructor", "toString", "hasOwnProperty", "then"]) {
      test(`${name} is an id, a key and a signal's name like any other`, async () => {
        // None of them is a room's name by its pattern but the last four; those are rooms like any other, too.
        const room = name === "__proto__" ? freshRoom() : name;
        const [client, other] = [
          await it.member(room, undefined, { protocols: [protocol] }),
          await it.member(room, undefined, { protocols: [protocol] }),
        ];
        client.send({ type: "message", room, content: name, key: name, id: name });
        const ack = await client.next("ack");
        expect(ack).toMatchObject({ id: name, room });
        client.send({ type: "message", room, content: "again", key: name, id: name });
        expect(await client.next("ack")).toMatchObject({ id: name, seq: ack.seq, duplicate: true });
        client.sendText(`{"type":"signal","room":"${room}","name":"${name}","data":{"${name}":{"${name}":1}}}`);
        const { data } = await other.next("signal", (signal) => signal.name === name);
        expect(JSON.stringify(data)).toBe(`{"${name}":{"${name}":1}}`);
        client.send({ type: "ping", id: name });
        expect(Object.hasOwn((await client.next("pong", ({ id }) => id === name)).heads, room)).toBe(true);
      });
    }
  });
}
