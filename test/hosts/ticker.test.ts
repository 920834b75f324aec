import { describe, expect, it } from "vitest";
import { type Host, ticker } from "../../src/mod.ts";
import type { Attendee } from "../actors/room/attendee.ts";
import { Quarters } from "../actors/room/quarters.ts";

interface Quote {
  readonly price: number;
  readonly change: number;
  readonly ticks: readonly number[];
  readonly history: readonly number[];
}

type Quotes = Readonly<Record<string, Quote>>;

function quotesOf(attendee: Attendee): readonly Quotes[] {
  return attendee.shown as readonly Quotes[];
}

async function market(hosts: readonly Host[] = [ticker()], room = "ticker") {
  const quarters = new Quarters({ hosts });
  const node = quarters.start("a");
  const ada = await quarters.member(node, "ada", { room });
  return { quarters, node, ada };
}

describe("ticker()", () => {
  it("sends once a second what has changed ten times since", async () => {
    const { quarters, ada } = await market();
    await quarters.stage.advance(10_000);
    const quotes = quotesOf(ada);
    expect(quotes).toHaveLength(10);
    for (const [at, each] of quotes.entries()) {
      expect(Object.keys(each)).toEqual(["ACME", "BOLT", "CRUX", "DUNE"]);
      for (const { price, change, ticks, history } of Object.values(each)) {
        expect(ticks).toHaveLength(10);
        expect(new Set(ticks).size).toBeGreaterThan(1);
        expect(history).toHaveLength(at + 1);
        expect([ticks.at(-1), history.at(-1)]).toEqual([price, price]);
        expect(Math.round(price * 100) / 100).toBe(price);
        expect(Number.isFinite(change)).toBe(true);
      }
    }
    expect(quotes[3]?.["ACME"]?.history[2]).toBe(quotes[2]?.["ACME"]?.price);
  });

  it("says by how many per cent a price differs from the first one", async () => {
    const { quarters, ada } = await market();
    await quarters.stage.advance(30_000);
    for (const { ACME } of quotesOf(ada)) {
      expect(ACME?.change).toBeCloseTo((((ACME?.price ?? 0) - 101.25) / 101.25) * 100, 2);
    }
  });

  it("keeps to 60 prices of history, and to the limits of a state", async () => {
    const { quarters, ada } = await market();
    await quarters.stage.advance(70_000);
    const last = quotesOf(ada).at(-1) ?? {};
    for (const quote of Object.values(last)) {
      expect(quote.history).toHaveLength(60);
      expect(JSON.stringify(quote).length).toBeLessThan(1_024);
    }
  });

  it("goes on where it was when the room is opened again", async () => {
    const { quarters, ada, node } = await market();
    await quarters.stage.advance(5_000);
    const before = quotesOf(ada).at(-1)?.["ACME"] as Quote;
    quarters.stage.system.stop(node);
    await quarters.stage.advance(10_000);
    const bob = await quarters.member(quarters.start("b"), "bob", { room: "ticker" });
    expect(bob.of("joined")[0]?.["state"]).toMatchObject({ ACME: { price: before.price } });
    await quarters.stage.advance(1_000);
    const after = quotesOf(bob)[0]?.["ACME"] as Quote;
    expect(after.history.slice(0, -1)).toEqual(before.history);
    for (const price of after.ticks) expect(Math.abs(price - before.price) / before.price).toBeLessThan(0.03);
  });

  it("acts for its own room alone, whichever that is", async () => {
    const { quarters, node, ada } = await market([ticker({ room: "prices" })], "prices");
    const bob = await quarters.member(node, "bob", { room: "ticker" });
    await quarters.stage.advance(2_000);
    expect([ada.shown.length, bob.shown.length]).toEqual([2, 0]);
  });

  it("sends what is newest where the records are slow, and nothing twice", async () => {
    const { quarters, ada } = await market();
    const { records, stage } = quarters;
    const put = records.put.bind(records);
    records.put = async (key, value, options) => {
      if (key.startsWith("room")) {
        await new Promise<void>((resolve) => void stage.clock.alarm(stage.clock.now() + 2_500, resolve));
      }
      return put(key, value, options);
    };
    await stage.advance(20_000);
    const prices = quotesOf(ada).map(({ ACME }) => ACME?.history.length);
    expect(prices).toEqual([1, 4, 7, 10, 13, 16]);
  });
});
