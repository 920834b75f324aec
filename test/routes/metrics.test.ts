import { Hono } from "hono";
import { afterEach, describe, expect, it } from "vitest";
import { greenroom } from "../../src/mod.ts";
import type { Server } from "../../src/runtime/server.ts";
import { keepSecret } from "../contract/watchword.ts";
import { harmless } from "./harmless.ts";
import { PlainClient, serveHere } from "./serving.ts";

const adminToken = "an-admin-token-that-no-figure-names";
keepSecret("the admin token", adminToken);
const asAdmin = { headers: { authorization: `Bearer ${adminToken}` } };

let server: Server | undefined;
afterEach(async () => {
  await server?.close();
  server = undefined;
});

/** The value of each line that is no comment. */
function figuresOf(text: string): Record<string, number> {
  const lines = text.trimEnd().split("\n");
  return Object.fromEntries(
    lines
      .filter((line) => !line.startsWith("#"))
      .map((line) => line.split(" ") as [string, string])
      .map(([name, value]) => [name, Number(value)]),
  );
}

describe("GET /metrics", () => {
  it("is for whoever brings the admin token, and not there without one", async () => {
    const open = new Hono().route("/", greenroom().routes);
    expect((await open.request("/metrics")).status).toBe(404);
    const app = new Hono().route("/", greenroom({ door: { adminToken } }).routes);
    expect((await app.request("/metrics")).status).toBe(401);
    expect((await app.request("/metrics", { headers: { authorization: "Bearer wrong" } })).status).toBe(401);
    const answer = await harmless(app.request("/metrics", asAdmin) as Promise<Response>);
    expect(answer.status).toBe(200);
    expect(answer.headers.get("content-type")).toBe("text/plain; version=0.0.4; charset=utf-8");
  });

  it("shows what the server has done", async () => {
    const app = new Hono().route("/", greenroom({ door: { adminToken } }).routes);
    server = await serveHere({ port: 0, fetch: app.fetch });
    const url = server.url.replace("http", "ws");
    const [ada, bob] = [new PlainClient(`${url}/ws/lobby?name=ada`), new PlainClient(`${url}/ws/lobby?name=bob`)];
    await Promise.all([ada.next("joined"), bob.next("joined")]);
    ada.say({ type: "message", content: "hi" });
    await Promise.all([ada.next("message"), bob.next("message")]);
    const figures = figuresOf(await (await harmless(fetch(`${server.url}/metrics`, asAdmin))).text());
    expect(figures).toMatchObject({
      greenroom_connections: 2,
      greenroom_messages_total: 1,
      greenroom_deliveries_total: 2,
      greenroom_frames_received_total: 1,
      greenroom_lags_total: 0,
      greenroom_draining: 0,
      greenroom_append_seconds_count: 1,
      'greenroom_append_seconds_bucket{le="+Inf"}': 1,
      greenroom_fan_out_seconds_count: 1,
    });
    expect(figures["greenroom_sent_bytes_total"]).toBeGreaterThan(1_000);
    expect(figures["greenroom_turn_seconds_count"]).toBeGreaterThan(0);
    await Promise.all([ada.close(), bob.close()]);
  });

  it("is lines that Prometheus reads, each figure with its type, buckets that only grow, and nobody's name", async () => {
    const app = new Hono().route("/", greenroom({ door: { adminToken } }).routes);
    server = await serveHere({ port: 0, fetch: app.fetch });
    const ada = new PlainClient(`${server.url.replace("http", "ws")}/ws/secretroom?name=secretname`);
    await ada.next("joined");
    ada.say({ type: "message", content: "secretwords" });
    await ada.next("message");
    const text = await (await harmless(fetch(`${server.url}/metrics`, asAdmin))).text();
    for (const line of text.trimEnd().split("\n")) {
      expect(line).toMatch(
        /^(# HELP greenroom_\w+ \S.*|# TYPE greenroom_\w+ (counter|gauge|histogram)|greenroom_\w+(\{\w+="[^"]*"\})? \d\S*)$/,
      );
    }
    const names = [...text.matchAll(/^# TYPE (\w+) /gm)].map(([, name]) => name);
    expect(new Set(names).size).toBe(names.length);
    const buckets = [...text.matchAll(/^greenroom_turn_seconds_bucket\{le="[^"]+"\} (\d+)$/gm)].map(([, n]) =>
      Number(n),
    );
    expect(buckets).toEqual(buckets.toSorted((a, b) => a - b));
    expect(buckets).toHaveLength(15);
    expect(text).not.toContain("secret");
    await ada.close();
  });
});
