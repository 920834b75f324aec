import { describe, expect, it } from "vitest";
import { type Identity, Tickets } from "../../src/door/mod.ts";
import { MemoryRecords } from "../../src/logs/memory-records.ts";
import { VirtualClock } from "../../src/testing/mod.ts";

const ada: Identity = {
  id: "ada",
  name: "Ada",
  rooms: new Map([["lobby", ["read"]]]),
  endsAt: undefined,
  issuedAt: 5,
  token: "t-1",
};

function office() {
  const clock = new VirtualClock();
  const records = new MemoryRecords(clock);
  return { clock, records, tickets: new Tickets({ records, ticketMs: 30_000, date: () => clock.date() }) };
}

describe("Tickets", () => {
  it("let the user in for whom they were made, once", async () => {
    const { tickets } = office();
    const { ticket } = await tickets.issue(ada, undefined);
    expect(await tickets.redeem(ticket, undefined)).toEqual(ada);
    expect(await tickets.redeem(ticket, undefined)).toBeUndefined();
  });

  it("let one of several in who come at once", async () => {
    const { tickets } = office();
    const { ticket } = await tickets.issue(ada, undefined);
    const came = await Promise.all(Array.from({ length: 10 }, () => tickets.redeem(ticket, undefined)));
    expect(came.filter((identity) => identity !== undefined)).toEqual([ada]);
  });

  it("are good for 30 s", async () => {
    const { clock, tickets } = office();
    const [early, late] = [await tickets.issue(ada, undefined), await tickets.issue(ada, undefined)];
    expect(early.expires).toBe(clock.date() + 30_000);
    clock.moveTo(clock.now() + 29_999);
    expect(await tickets.redeem(early.ticket, undefined)).toEqual(ada);
    clock.moveTo(clock.now() + 1);
    expect(await tickets.redeem(late.ticket, undefined)).toBeUndefined();
  });

  it("are no longer good than the token they were made by", async () => {
    const { clock, tickets } = office();
    const { ticket } = await tickets.issue({ ...ada, endsAt: clock.date() + 10_000 }, undefined);
    clock.moveTo(clock.now() + 10_000);
    expect(await tickets.redeem(ticket, undefined)).toBeUndefined();
  });

  it("are used up by a page they are not for", async () => {
    const { tickets } = office();
    for (const [from, gets] of [
      ["https://a.example", ada],
      ["https://b.example", undefined],
      [undefined, undefined],
    ] as const) {
      const { ticket } = await tickets.issue(ada, "https://a.example");
      expect(await tickets.redeem(ticket, from)).toEqual(gets);
      expect(await tickets.redeem(ticket, "https://a.example")).toBeUndefined();
    }
  });

  it("are 128 random bits each", async () => {
    const { tickets } = office();
    const made = await Promise.all(Array.from({ length: 100 }, () => tickets.issue(ada, undefined)));
    expect(new Set(made.map(({ ticket }) => ticket)).size).toBe(100);
    for (const { ticket } of made) expect(atob(ticket.replaceAll("-", "+").replaceAll("_", "/")).length).toBe(16);
  });

  it("do not stand in the store", async () => {
    const { records, tickets } = office();
    const { ticket } = await tickets.issue(ada, undefined);
    const { records: kept } = await records.list("", { limit: 10 });
    expect(kept).toHaveLength(1);
    expect(JSON.stringify(kept)).not.toContain(ticket);
  });

  it.each(["", "x", "../x", "a".repeat(5_000), "ticket "])("know no ticket %j", async (ticket) => {
    expect(await office().tickets.redeem(ticket, undefined)).toBeUndefined();
  });
});
