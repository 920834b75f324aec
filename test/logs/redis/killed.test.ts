import { randomUUID } from "node:crypto";
import { describe, expect, it } from "vitest";
import type { Entry } from "../../../src/actors/room/mod.ts";
import { ALL, appended, draft } from "../drafts.ts";
import { onRedis } from "./opened.ts";
import { CAREFUL } from "./server.ts";

const { server, opened } = onRedis(CAREFUL);
const refused = { type: "refused", reason: "unavailable" };
const SOON = { timeout: 40_000 };

describe("Redis that is killed and comes back", { timeout: 180_000 }, () => {
  it("has lost nothing that was acknowledged, where it appends to its file always, and goes on under another epoch", async () => {
    const { log, heard } = await opened();
    const acknowledged: Entry[] = [];
    const epochs = new Set<string>();
    let others = 0;
    let dead: Promise<void> | undefined;
    // Until it is dead and that is noticed: on a busy machine it may have been silent for a moment before.
    for (let round = 0; round < 4_000 && (dead === undefined || others < 20); round += 1) {
      const outcomes = await appended(log, draft("a", `${round}`, { key: `${round}` }), draft("b", `${round}`));
      const [first] = outcomes;
      if (first?.type === "appended") {
        acknowledged.push(first.entry);
        epochs.add(first.epoch);
      } else {
        if (dead !== undefined) others += 1;
        expect([refused, { type: "unknown" }]).toContainEqual(first);
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
      if (acknowledged.length === 200) dead ??= server().kill();
    }
    await dead;
    expect(acknowledged.length).toBeGreaterThanOrEqual(200);
    await server().start();
    await expect.poll(() => heard.map(({ type }) => type), SOON).toContain("renewed");
    const { entries, epoch } = await log.read("a", { after: 0 }, ALL);
    expect(epochs.has(epoch)).toBe(false);
    for (const entry of acknowledged) expect(entries[entry.seq - 1]).toEqual(entry);
    // Whatever became of the rest: its repeat tells.
    const [last] = acknowledged.slice(-1);
    expect(await appended(log, draft("a", "again", { key: last?.key }))).toMatchObject([
      { type: "duplicate", epoch, seq: last?.seq },
    ]);
    expect(await appended(log, draft("a", "goes on"))).toMatchObject([{ epoch, entry: { seq: entries.length + 1 } }]);
  });

  it("keeps to its word while three nodes write, through two ends", async () => {
    const prefix = `${randomUUID()}:`;
    const nodes = await Promise.all([1, 2, 3].map(() => opened({ prefix })));
    const acknowledged = new Map<string, number>();
    const unsure = new Set<string>();
    const epochs = new Set<string>();
    let over = false;
    async function write(node: number): Promise<void> {
      const { log } = nodes[node] as (typeof nodes)[number];
      for (let count = 0; !over; count += 1) {
        const key = `${node} ${count}`;
        const outcomes = await appended(log, draft("a", key, { key }), draft(`own ${node}`, key));
        const [outcome] = outcomes;
        if (outcome?.type === "appended") {
          acknowledged.set(key, outcome.entry.seq);
          epochs.add(outcome.epoch);
        } else if (outcome?.type === "unknown") unsure.add(key);
        else expect(outcome).toEqual(refused);
        if (outcome?.type !== "appended") await new Promise((resolve) => setTimeout(resolve, 5));
      }
    }
    const writers = [0, 1, 2].map(write);
    for (let end = 1; end <= 2; end += 1) {
      const before = acknowledged.size;
      await expect.poll(() => acknowledged.size, SOON).toBeGreaterThan(before + 100);
      await server().kill();
      await server().start();
    }
    await expect.poll(() => epochs.size, SOON).toBe(3);
    over = true;
    await Promise.all(writers);
    const reached = ({ log }: (typeof nodes)[number]): Promise<boolean> =>
      log.head("a").then(
        () => true,
        () => false,
      );
    await expect.poll(async () => Promise.all(nodes.map(reached)), SOON).not.toContain(false);
    const read = await Promise.all(nodes.map(({ log }) => log.read("a", { after: 0 }, ALL)));
    const [first] = read;
    for (const other of read) expect(other).toEqual(first);
    const entries = first?.entries ?? [];
    expect(entries.map(({ seq }) => seq)).toEqual(entries.map((_, at) => at + 1));
    const places = new Map(entries.map(({ content, seq }) => [content, seq]));
    expect(places.size).toBe(entries.length);
    for (const [key, seq] of acknowledged) expect(places.get(key)).toBe(seq);
    for (const key of places.keys()) expect(acknowledged.has(key) || unsure.has(key)).toBe(true);
  });

  it("uses no version of a record twice, whatever it has forgotten", async () => {
    const { records, heard } = await opened();
    const put = async (): Promise<number> => {
      const outcome = await records.put("k", 1);
      if (outcome.type !== "done") throw new Error("Cannot go on: there was a conflict");
      return outcome.version;
    };
    const before = await put();
    await server().say("FLUSHALL");
    expect(await records.get("k")).toBeUndefined();
    expect(await put()).toBeGreaterThan(before);
    await expect.poll(() => heard.map(({ type }) => type), SOON).toContain("renewed");
  });
});
