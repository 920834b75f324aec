import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { serve } from "@hono/node-server";
import { createNodeWebSocket } from "@hono/node-ws";
import { Hono } from "hono";
import { afterEach, describe, expect, it } from "vitest";
import { greenroom, honoUpgrade } from "../../src/mod.ts";
import { PlainClient } from "../routes/serving.ts";

let server: Server | undefined;
afterEach(() => {
  server?.close();
  server?.closeAllConnections();
});

async function serveWithNodeWs(): Promise<string> {
  const app = new Hono();
  const { injectWebSocket, upgradeWebSocket } = createNodeWebSocket({ app });
  app.route("/", greenroom({ upgrade: honoUpgrade(upgradeWebSocket) }).routes);
  const port = await new Promise<number>((resolve) => {
    server = serve({ fetch: app.fetch, port: 0, hostname: "127.0.0.1" }, (address: AddressInfo) =>
      resolve(address.port),
    ) as Server;
  });
  injectWebSocket(server as Server);
  return `ws://127.0.0.1:${port}`;
}

describe("honoUpgrade() with @hono/node-ws", () => {
  it("carries a chat between two clients", async () => {
    const url = await serveWithNodeWs();
    const [ada, bob] = [new PlainClient(`${url}/ws/lobby?name=ada`), new PlainClient(`${url}/ws/lobby?name=bob`)];
    await Promise.all([ada.next("joined"), bob.next("joined")]);
    ada.say({ type: "message", content: "hi", id: 1 });
    expect(await ada.next("ack")).toMatchObject({ id: 1, seq: 1 });
    expect(await bob.next("message")).toMatchObject({ sender: { id: "guest:ada" }, content: "hi", seq: 1 });
    await ada.close();
    expect(await bob.next("presence")).toMatchObject({ room: "lobby" });
    await bob.close();
  });

  it("speaks the subprotocol that was offered first, and refuses to answer another", async () => {
    const url = await serveWithNodeWs();
    const batch = new PlainClient(`${url}/ws/lobby`, ["greenroom.v1.batch", "greenroom.v1"]);
    expect(await batch.next("welcome")).toMatchObject({ protocol: "greenroom.v1.batch" });
    expect(batch.protocol).toBe("greenroom.v1.batch");
    await batch.close();
    const other = new PlainClient(`${url}/ws/lobby`, ["greenroom.v1", "greenroom.v1.batch"]);
    expect(await other.closed).not.toBe(1000);
  });
});
