import { describe, expect, it } from "vitest";
import { greenroom, type Reach } from "../../src/mod.ts";
import { Stage } from "../../src/testing/mod.ts";

/** A server on a stage, whose broker can be taken away. */
function house() {
  const stage = new Stage();
  let reach: Reach = { reached: true, since: stage.clock.date() };
  const room = greenroom({ ports: stage.system.ports, reach: () => reach, page: false });
  const ask = async (path: string) => {
    const response = await room.routes.request(path);
    return [response.status, await response.json()] as const;
  };
  const turn = (reached: boolean): void => {
    reach = { reached, since: stage.clock.date() };
  };
  return { stage, room, ask, turn };
}

describe("GET /health", () => {
  it("says nothing of a broker where there is none", async () => {
    const room = greenroom({ page: false });
    const response = await room.routes.request("/health");
    expect(await response.json()).toEqual({ status: "ok", connections: 0 });
    await room.drain({ deadlineMs: 0 });
  });

  it("says whether the broker is reached and since when, and is well in both cases", async () => {
    const { stage, ask, turn } = house();
    const since = new Date(stage.clock.date()).toISOString();
    expect(await ask("/health")).toEqual([
      200,
      { status: "ok", connections: 0, broker: { status: "connected", since } },
    ]);
    await stage.advance(60_000);
    turn(false);
    const later = new Date(stage.clock.date()).toISOString();
    await stage.advance(60_000);
    expect(await ask("/health")).toMatchObject([200, { status: "ok", broker: { status: "cut off", since: later } }]);
  });
});

describe("GET /health/ready", () => {
  it("answers 503 once the broker has been out of reach for 5 s, and 200 when it is back", async () => {
    const { stage, ask, turn } = house();
    turn(false);
    await stage.advance(4_999);
    expect(await ask("/health/ready")).toMatchObject([200, { status: "ok" }]);
    await stage.advance(1);
    expect(await ask("/health/ready")).toMatchObject([503, { status: "cut off" }]);
    turn(true);
    expect(await ask("/health/ready")).toMatchObject([200, { status: "ok" }]);
  });

  it("answers 503 where there are as many connections as there may be", async () => {
    const room = greenroom({ page: false, limits: { connections: 0 } });
    const response = await room.routes.request("/health/ready");
    expect([response.status, await response.json()]).toMatchObject([503, { status: "full" }]);
    expect((await room.routes.request("/health")).status).toBe(200);
    await room.drain({ deadlineMs: 0 });
  });

  it("answers 503 while the server ends, as /health does", async () => {
    const room = greenroom({ page: false });
    const ended = room.drain({ deadlineMs: 0 });
    for (const path of ["/health", "/health/ready"]) {
      expect(await (await room.routes.request(path)).json()).toMatchObject({ status: "draining" });
    }
    await ended;
  });
});
