import { describe, expect, it } from "vitest";
import { Buckets, perMinute } from "../../src/actors/rates/mod.ts";
import { type GreenroomOptions, greenroom } from "../../src/mod.ts";
import type { UpgradeSlot } from "../../src/routes/upgrade.ts";
import { Stage, seededRandom } from "../../src/testing/mod.ts";
import { SimulatedSocket } from "../actors/connection/simulated-socket.ts";

const handshake = {
  connection: "Upgrade",
  upgrade: "websocket",
  "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==",
  "sec-websocket-version": "13",
};

/** A server without a network, whose runtime says what address a request comes from. */
class Door {
  readonly stage: Stage = new Stage();
  readonly #fetch: (request: Request, bindings: object) => Response | Promise<Response>;

  constructor(options: GreenroomOptions = {}) {
    const { clock, scheduler } = this.stage;
    const { routes } = greenroom({ ports: { clock, scheduler, random: seededRandom(1) }, ...options });
    this.#fetch = (request, bindings) => routes.fetch(request, bindings);
  }

  /** Asks for an upgrade from an address; answers what came of it, and how to hang up again. */
  async knock(peer: string | undefined, path = "/ws") {
    const slot: UpgradeSlot = {};
    const request = new Request(`http://localhost${path}`, { headers: handshake });
    const response = await this.#fetch(request, { greenroom: slot, peer });
    const events = slot.plan?.connect(new SimulatedSocket());
    await this.stage.settle();
    return { status: slot.plan === undefined ? response.status : 101, response, hangUp: () => events?.closed(1000) };
  }
}

describe("upgrades from one address", () => {
  it("are 300 at once, then one a second, and say right when the next is", async () => {
    const door = new Door({ limits: { connectionsPerAddress: 10_000 } });
    for (let at = 0; at < 300; at += 1) expect((await door.knock("192.0.2.1")).status).toBe(101);
    const { status, response } = await door.knock("192.0.2.1");
    expect([status, response.headers.get("retry-after")]).toEqual([429, "1"]);
    await door.stage.advance(1_000);
    expect((await door.knock("192.0.2.1")).status).toBe(101);
    expect((await door.knock("192.0.2.1")).status).toBe(429);
    expect((await door.knock("192.0.2.2")).status).toBe(101);
  });

  it("count together with those of its IPv4-mapped form, and of all of its /64", async () => {
    const door = new Door({ limits: { upgradeBurst: 2 } });
    const statuses = [];
    for (const peer of ["192.0.2.1", "::ffff:192.0.2.1", "::ffff:c000:201"]) {
      statuses.push((await door.knock(peer)).status);
    }
    for (const peer of ["2001:db8::1", "2001:db8::2", "2001:db8::ffff:0:0:1"]) {
      statuses.push((await door.knock(peer)).status);
    }
    expect(statuses).toEqual([101, 101, 429, 101, 101, 429]);
  });

  it("are as many as may be where the runtime does not say where they come from", async () => {
    const door = new Door({ limits: { upgradeBurst: 2 } });
    for (let at = 0; at < 10; at += 1) expect((await door.knock(undefined)).status).toBe(101);
  });
});

describe("open connections of guests behind one address", () => {
  it("are so many at a time, and another once one has gone", async () => {
    const door = new Door({ limits: { connectionsPerAddress: 3 } });
    const open = [];
    for (let at = 0; at < 3; at += 1) open.push(await door.knock("192.0.2.1"));
    const { status, response } = await door.knock("192.0.2.1");
    expect([status, response.headers.get("retry-after")]).toEqual([429, "10"]);
    expect((await door.knock("192.0.2.1", "/echo")).status).toBe(429);
    expect((await door.knock("192.0.2.2")).status).toBe(101);
    open[0]?.hangUp();
    await door.stage.settle();
    expect((await door.knock("192.0.2.1")).status).toBe(101);
  });

  it("are as many as may be where rates are off", async () => {
    const door = new Door({ rateLimits: false, limits: { connectionsPerAddress: 3, upgradeBurst: 3 } });
    for (let at = 0; at < 10; at += 1) expect((await door.knock("192.0.2.1")).status).toBe(101);
  });
});

describe("Buckets", () => {
  it("keep no more names than they may, whoever comes by", () => {
    const buckets = new Buckets(perMinute(2), { most: 100 });
    for (let at = 0; at < 10_000; at += 1) buckets.take(`name ${at}`, at);
    expect(buckets.size).toBe(100);
  });

  it("forget of too many the one that was not used for longest", () => {
    const buckets = new Buckets(perMinute(1), { most: 2 });
    for (const name of ["a", "b", "a", "c"]) buckets.take(name, 0);
    expect([buckets.take("a", 0) > 0, buckets.take("c", 0) > 0, buckets.take("b", 0)]).toEqual([true, true, 0]);
  });

  it("let go of those that are full again", () => {
    const buckets = new Buckets(perMinute(60));
    for (let at = 0; at < 1_024; at += 1) buckets.take(`name ${at}`, 0);
    buckets.take("one more", 60_000);
    expect(buckets.size).toBe(1);
  });

  it("give so many a minute, all of them at once", () => {
    const buckets = new Buckets(perMinute(3));
    const waits = [0, 0, 0, 0].map((now) => buckets.take("a", now));
    expect(waits).toEqual([0, 0, 0, 20_000]);
    expect(buckets.take("a", 20_000)).toBe(0);
    buckets.giveBack("a");
    expect(buckets.take("a", 20_000)).toBe(0);
  });
});
