import { Hono } from "hono";
import { describe, expect, it } from "vitest";
import { defaultLimits } from "../../src/actors/wire/mod.ts";
import type { DoorOptions } from "../../src/door/mod.ts";
import { MemoryRecords } from "../../src/logs/memory-records.ts";
import { frontDoor } from "../../src/routes/front-door.ts";
import { Stage, seededRandom } from "../../src/testing/mod.ts";
import { keepSecret } from "../contract/watchword.ts";
import { harmless } from "./harmless.ts";

const token = "an-admin-token-of-more-than-32-characters";
keepSecret("the admin token", token);

/** An app with one route for operators, and one for whoever may come in. */
function appOf(options: DoorOptions = {}, { rateLimits = true } = {}) {
  const { clock, scheduler } = new Stage();
  const ports = { clock, scheduler, random: seededRandom(1) };
  const limits = { ...defaultLimits, upgradeBurst: 3 };
  const { admission } = frontDoor(options, { records: new MemoryRecords(clock), ports, limits, rateLimits });
  const app = new Hono()
    .post("/admin", async (c) => (await admission.requireAdmin(c)) ?? c.text("done"))
    .all("/me", async (c) => {
      const admitted = await admission.admit(c);
      return admitted.ok ? c.json(admitted.pass.user) : admitted.refusal;
    });
  return async (path: string, headers: Record<string, string> = {}, method = "POST"): Promise<Response> =>
    await harmless(
      app.request(`http://localhost${path}`, { method, headers }, { peer: "192.0.2.1" }) as Promise<Response>,
    );
}

describe("Admission.requireAdmin()", () => {
  it("lets nobody through but who brings the admin token, and says nothing where there is none", async () => {
    const ask = appOf({ adminToken: token });
    expect((await ask("/admin", { authorization: `Bearer ${token}` })).status).toBe(200);
    const refused = await ask("/admin", { authorization: `Bearer ${token}x` });
    expect([refused.status, refused.headers.get("www-authenticate")]).toEqual([401, 'Bearer realm="greenroom"']);
    expect((await ask("/admin", { cookie: `session=${token}` })).status).toBe(401);
    expect((await appOf()("/admin", { authorization: `Bearer ${token}` })).status).toBe(404);
  });

  it("refuses pages of another origin, whatever they bring", async () => {
    const ask = appOf({ adminToken: token });
    const headers = { authorization: `Bearer ${token}`, origin: "https://evil.example" };
    expect((await ask("/admin", headers)).status).toBe(403);
  });

  it("lets an address guess no more often than its rate allows", async () => {
    const ask = appOf({ adminToken: "x".repeat(32) });
    const statuses = [];
    for (let at = 0; at < 5; at += 1) statuses.push((await ask("/admin", { authorization: "Bearer guess" })).status);
    expect(statuses).toEqual([401, 401, 401, 429, 429]);
    expect((await ask("/admin", { authorization: `Bearer ${"x".repeat(32)}` })).status).toBe(200);
  });
});

describe("Admission.admit()", () => {
  it("says who a request speaks for, and refuses who shows nothing where guests are kept out", async () => {
    expect(await (await appOf()("/me")).json()).toMatchObject({ guest: true });
    const refused = await appOf({ guests: false })("/me");
    expect([refused.status, refused.headers.get("content-type")]).toEqual([401, "application/problem+json"]);
  });

  it("holds guests to the rate of their address for what changes something, and not for what does not", async () => {
    const ask = appOf();
    const statuses = async (method: string): Promise<readonly number[]> =>
      await Promise.all(Array.from({ length: 5 }, async () => (await ask("/me", {}, method)).status));
    expect(await statuses("GET")).toEqual([200, 200, 200, 200, 200]);
    expect(await statuses("POST")).toEqual([200, 200, 200, 429, 429]);
  });

  it("does not so where rates are off", async () => {
    const ask = appOf({}, { rateLimits: false });
    for (let at = 0; at < 10; at += 1) expect((await ask("/me")).status).toBe(200);
  });

  it("passes over an Authorization that is not for it, where no tokens are taken, and refuses one that seems to be", async () => {
    const ask = appOf();
    expect((await ask("/me", { authorization: "Basic YTpi" })).status).toBe(200);
    expect((await ask("/me", { authorization: "Bearer abc" })).status).toBe(401);
  });
});
