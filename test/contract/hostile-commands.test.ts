import fc from "fast-check";
import * as v from "valibot";
import { describe, expect } from "vitest";
import { commandSchemas } from "../../src/actors/wire/mod.ts";
import { fittingFields } from "../fuzz/fitting.ts";
import { misfitsOf } from "../fuzz/misfits.ts";
import { commandFields } from "../fuzz/shape.ts";
import { test } from "./contract-test.ts";
import { frame } from "./raw.ts";
import { freshRoom, stage } from "./stage.ts";
import { throughout } from "./throughout.ts";

const it = stage();

/** A command of a type that its schema takes, with no more than it must have; always the same. */
function goodOne(type: string, schema: v.GenericSchema): Readonly<Record<string, unknown>> {
  const required = Object.entries(commandFields(schema)).filter(([, { optional }]) => !optional);
  const said = fc.sample(fittingFields(Object.fromEntries(required)), { seed: 3, numRuns: 500 });
  return said.find((fields) => v.is(schema, { type, ...fields })) ?? {};
}

describe("a command", () => {
  for (const [type, schema] of Object.entries(commandSchemas)) {
    test(`${type} with a field of the wrong type, missing, too long or out of bounds is refused by that name`, async () => {
      const takes = (said: Readonly<Record<string, unknown>>): boolean => v.is(schema, { type, ...said });
      const misfits = misfitsOf(type, commandFields(schema), goodOne(type, schema), takes);
      expect(misfits.length).toBeGreaterThan(5);
      const client = await it.member(freshRoom());
      const codes = new Set<string>();
      for (const [at, { field, fault, command }] of misfits.entries()) {
        const id = `misfit-${at}`;
        client.send({ ...command, type, ...(field !== "id" && { id }) });
        const error = await client.next("error", (event) => event.id === (field === "id" ? undefined : id));
        codes.add(error.code);
        if (error.code === "unknown_type") continue; // one that is not served is refused before it is looked at
        expect(error, `${field} ${fault}`).toMatchObject({ code: "bad_command" });
        expect(
          error.issues?.some((path) => path === field || path.startsWith(`${field}.`)),
          `${field}`,
        ).toBe(true);
      }
      expect(codes.size).toBe(1);
      // One answer each, and nothing else was done.
      await client.settled();
      expect(client.untaken("error")).toEqual([]);
      expect(client.untaken("ack")).toEqual([]);
    });
  }

  test("of 500 unknown types is answered with unknown_type each time", async () => {
    const client = await it.guest();
    const types = fc
      .sample(fc.string({ unit: "grapheme", maxLength: 40 }), { seed: 4, numRuns: 500 })
      .filter((type) => !Object.hasOwn(commandSchemas, type));
    for (const [id, type] of types.entries()) client.send({ type, id });
    const errors = await client.take("error", types.length);
    expect(errors.map(({ id }) => id)).toEqual(types.map((_, id) => id));
    expect(new Set(errors.map(({ code }) => code))).toEqual(new Set(["unknown_type"]));
  });

  test("whose id is reused 1,000 times is answered as often, while the first are still under way", async () => {
    const room = freshRoom();
    const client = await it.member(room);
    for (let at = 0; at < 1_000; at += 1) {
      client.send(
        at % 2 === 0 ? { type: "message", room, content: `${at}`, id: "same" } : { type: "ping", id: "same" },
      );
    }
    await Promise.all([client.take("ack", 500), client.take("pong", 500)]);
    await client.settled();
    expect([...client.untaken("ack"), ...client.untaken("pong"), ...client.untaken("error")]).toEqual([]);
  });

  test("sent 200,000 times, as fast as it is read, leaves others answered within 2 s", async () => {
    const flood = await it.upgraded(`/ws/${freshRoom()}`);
    flood.socket.resume();
    const block = Buffer.concat(Array.from({ length: 1_000 }, (_, id) => frame(`{"type":"ping","id":${id}}`)));
    await throughout(it, async () => {
      for (let sent = 0; sent < 200 && flood.socket.writable; sent += 1) {
        await new Promise((resolve) => flood.socket.write(block, resolve));
      }
    });
  }, 60_000);
});

describe("a storm of joins and leaves", () => {
  test("by 20 clients in one room leaves its members in order and in truth", async () => {
    const room = freshRoom();
    const watcher = await it.member(room, "watcher");
    const storm = await Promise.all(Array.from({ length: 20 }, (_, at) => it.guest(`storm_${at}`)));
    await throughout(it, async () => {
      for (let round = 0; round < 50; round += 1) {
        for (const client of storm) {
          client.send({ type: "join", room, history: 0 });
          client.send({ type: "message", room, content: `${round}` });
          client.send({ type: "leave", room });
        }
        if (round % 10 === 0) await Promise.all(storm.map((client) => client.settled()));
      }
      await Promise.all(storm.map((client) => client.take("left", 50)));
    });
    const { count } = await watcher.request({ type: "members", room }, "members");
    expect(count).toBe(1);
  }, 60_000);

  test("through 2,000 rooms by one client leaves it able to join and speak", async () => {
    const client = await it.guest();
    await throughout(it, async () => {
      for (let at = 0; at < 2_000; at += 1) {
        const room = `storm-${at % 400}`;
        client.send({ type: "join", room });
        client.send({ type: "leave", room });
      }
      await client.take("left", 2_000);
    });
    const room = freshRoom();
    await client.request({ type: "join", room }, "joined");
    await client.request({ type: "message", room, content: "still here" }, "ack");
  }, 60_000);
});
