import { afterEach, describe, expect } from "vitest";
import { type Client, connect } from "./client.ts";
import { target, test } from "./contract-test.ts";
import { frame, handshake, openRaw } from "./raw.ts";
import { type Server, type ServerOptions, startServer } from "./server.ts";

const servers: Server[] = [];

afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.stop()));
});

async function started(options: ServerOptions = {}): Promise<Server> {
  const server = await startServer(options);
  servers.push(server);
  return server;
}

async function member(server: Server, name: string): Promise<Client> {
  const client = await connect(`ws://127.0.0.1:${server.port}/ws/lobby?name=${name}`);
  await client.next("joined");
  return client;
}

/**
 * How long a flooder waits between two blocks, in ms. As fast as it goes, for what can be slowed down or has an end of its
 * own; Deno 2.5's own sockets go on reading for as long as there is something, and no timer and no signal is heard then.
 */
const PAUSE_MS = target.runtime === "deno-2.5" ? 20 : 0;

/** Has someone send small frames without end, until the answer is called. */
async function flooded(server: Server, path: string): Promise<() => void> {
  const raw = await openRaw(server.port);
  await raw.upgrade(path);
  raw.socket.resume();
  raw.socket.on("error", () => undefined);
  const block = Buffer.concat(Array.from({ length: 2_000 }, () => frame("x")));
  let going = true;
  const send = (): void => {
    if (!going || raw.socket.destroyed) return;
    if (!raw.socket.write(block)) raw.socket.once("drain", send);
    else if (PAUSE_MS > 0) setTimeout(send, PAUSE_MS);
    else setImmediate(send);
  };
  send();
  return () => {
    going = false;
    raw.destroy();
  };
}

for (const signal of ["SIGTERM", "SIGINT"] as const) {
  describe(`drain on ${signal}`, () => {
    test("tells every client, closes with 1012 and ends with 0", async () => {
      const server = await started();
      const clients = await Promise.all(Array.from({ length: 10 }, (_, at) => member(server, `user_${at}`)));
      const startedMs = performance.now();
      server.signal(signal);
      for (const client of clients) {
        expect((await client.next("draining")).reconnect).toBeGreaterThanOrEqual(0);
        expect((await client.closed).code).toBe(1012);
        expect(client.violations).toEqual([]);
      }
      expect(await server.exited).toBe(0);
      expect(performance.now() - startedMs).toBeLessThan(11_000);
    });

    test("ends at once where nobody is connected", async () => {
      const server = await started();
      const startedMs = performance.now();
      server.signal(signal);
      expect(await server.exited).toBe(0);
      expect(performance.now() - startedMs).toBeLessThan(8_000);
    });
  });
}

describe("drain", () => {
  test("spreads the clients' return", async () => {
    const server = await started();
    const clients = await Promise.all(Array.from({ length: 20 }, (_, at) => member(server, `user_${at}`)));
    server.signal("SIGTERM");
    const waits = await Promise.all(clients.map(async (client) => (await client.next("draining")).reconnect));
    expect(new Set(waits).size).toBeGreaterThan(5);
  });

  test("keeps its deadline while clients flood it", async () => {
    const server = await started({ env: { GREENROOM_DRAIN_MS: "2000" } });
    const floods = await Promise.all(["/echo", "/echo", "/ws", "/ws"].map((path) => flooded(server, path)));
    const startedMs = performance.now();
    server.signal("SIGTERM");
    expect([0, 1]).toContain(await server.exited);
    // Far above the two seconds: sockets that can't be paused take a busy machine with them. Without a deadline it never ends.
    expect(performance.now() - startedMs).toBeLessThan(20_000);
    for (const flood of floods) flood();
  }, 40_000);

  test("lets nobody new in", async () => {
    const server = await started();
    const inside = await member(server, "inside");
    server.signal("SIGTERM");
    await inside.next("draining");
    const status = await openRaw(server.port)
      .then(async (raw) => {
        raw.write(handshake());
        return await raw.answer();
      })
      .catch(() => undefined);
    if (status === undefined) return;
    expect(status.status).toBe(503);
    expect(Number(status.headers.get("retry-after"))).toBeGreaterThan(0);
  });

  test("delivers what was acknowledged before it, to everyone", async () => {
    const server = await started();
    const [writer, reader] = [await member(server, "writer"), await member(server, "reader")];
    for (let at = 1; at <= 200; at++) writer.send({ type: "message", content: `${at}`, id: at });
    await writer.next("ack", ({ id }) => id === 100);
    server.signal("SIGTERM");
    await Promise.all([writer.closed, reader.closed]);
    const acked = writer.events.flatMap((event) => (event.type === "ack" ? [event.seq] : []));
    for (const client of [writer, reader]) {
      const seen = new Set(client.events.flatMap((event) => (event.type === "message" ? [event.seq] : [])));
      expect(acked.filter((seq) => seq !== undefined && !seen.has(seq))).toEqual([]);
      expect(client.violations).toEqual([]);
    }
    expect(await server.exited).toBe(0);
  });

  test("keeps its deadline though a client reads nothing and never answers the close", async () => {
    const server = await started({ env: { GREENROOM_DRAIN_MS: "2000" } });
    const raw = await openRaw(server.port);
    await raw.upgrade("/ws/lobby");
    raw.socket.pause();
    const half = await openRaw(server.port);
    half.write("GET /ws HTTP/1.1\r\nHost:");
    const startedMs = performance.now();
    server.signal("SIGTERM");
    expect(await server.exited).toBe(0);
    expect(performance.now() - startedMs).toBeLessThan(8_000);
    raw.destroy();
    half.destroy();
  });

  test("ends with 0 though the signal comes twice", async () => {
    const server = await started();
    const client = await member(server, "ada");
    server.signal("SIGTERM");
    await client.next("draining");
    server.signal("SIGTERM");
    expect((await client.closed).code).toBe(1012);
    expect(await server.exited).toBe(0);
  });
});
