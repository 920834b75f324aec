import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { getCACertificates, setDefaultCACertificates } from "node:tls";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { type Client, connect } from "../contract/client.ts";
import { startRedis } from "../logs/redis/server.ts";
import { binaryOf } from "../matrix/targets.ts";
import { endGroup, type Started, start } from "../package/started.ts";
import { type Certified, certified, checked, settingsOf, startProxy } from "./proxy.ts";

const MIB = 1024 ** 2;
const ends: (() => unknown)[] = [];
let certificate: Certified | undefined;

beforeAll(() => {
  certificate = certified();
  setDefaultCACertificates([...getCACertificates(), certificate.certificate]);
});
afterEach(async () => {
  for (const end of ends.splice(0).toReversed()) await end();
});
afterAll(() => certificate?.remove());

function folder(): string {
  if (certificate === undefined) throw new Error("Cannot go on: there is no certificate yet");
  return certificate.folder;
}

interface Node extends Started {
  readonly port: number;
}

async function node(env: object = {}): Promise<Node> {
  const settings = { GREENROOM_LOG: "memory", GREENROOM_TRUSTED_PROXIES: "127.0.0.1", ...env };
  const started = start(binaryOf("driver"), ["src/main.ts"], { env: settings });
  ends.push(async () => {
    endGroup(started.child);
    await started.exited;
  });
  const [, port] = await started.says(/http:\/\/127\.0\.0\.1:(\d+)/);
  return { ...started, port: Number(port) };
}

describe.each(["nginx", "caddy"] as const)("behind %s, by the file of its guide,", (kind) => {
  async function proxy(...nodes: readonly number[]): Promise<number> {
    const started = await startProxy(kind, folder(), nodes);
    ends.push(() => started.stop());
    return started.port;
  }

  function chatting(port: number, name: string, origin = `https://localhost:${port}`): Promise<Client> {
    return connect(`wss://localhost:${port}/ws/lobby?name=${name}`, { headers: { origin } });
  }

  test("the file is right", () => {
    const file = join(folder(), `${kind}.checked`);
    writeFileSync(file, settingsOf(kind, { folder: folder(), port: 8443, nodes: [8080] }));
    const args = kind === "nginx" ? ["-t", "-c", file] : ["validate", "--config", file, "--adapter", "caddyfile"];
    expect(checked(kind, args)).toMatchObject({ ok: true });
  });

  test("the page is there, its visitors chat, and pages of other origins may not", async () => {
    const port = await proxy((await node()).port);
    const page = await fetch(`https://localhost:${port}/`);
    expect([page.status, page.headers.get("content-type")]).toEqual([200, expect.stringContaining("text/html")]);
    const [ada, bob] = [await chatting(port, "ada"), await chatting(port, "bob")];
    await bob.next("joined");
    ada.send({ type: "message", content: "hello" });
    expect(await bob.next("message")).toMatchObject({ content: "hello", sender: { name: "ada" } });
    await expect(chatting(port, "eve", "https://evil.example")).rejects.toThrow("status 403");
    expect([...ada.violations, ...bob.violations]).toEqual([]);
    ada.socket.terminate();
    bob.socket.terminate();
  });

  test("a file is uploaded and comes back as it was; one that is too large gets 413", async () => {
    const port = await proxy((await node()).port);
    const bytes = randomBytes(3 * MIB);
    const upload = (body: Uint8Array<ArrayBuffer>): Promise<Response> =>
      fetch(`https://localhost:${port}/api/rooms/lobby/files?name=ada&filename=a.bin`, { method: "POST", body });
    const posted = await upload(bytes);
    expect(posted.status).toBe(201);
    const { attachment } = (await posted.json()) as { readonly attachment: { readonly url: string } };
    const back = await fetch(`https://localhost:${port}${attachment.url}`);
    expect(Buffer.from(await back.arrayBuffer()).equals(bytes)).toBe(true);
    // Either answer may come before all of the body has gone.
    const refused = await upload(new Uint8Array(12 * MIB)).then(
      ({ status }) => status,
      () => "cut off",
    );
    expect([413, "cut off"]).toContain(refused);
  });

  test("nodes hear who the client is from the proxy, and nothing of what it says of that itself", async () => {
    let heard: IncomingHttpHeaders = {};
    const listener = createServer(({ headers }, response) => {
      heard = headers;
      response.end();
    }).listen(0, "127.0.0.1");
    ends.push(() => listener.close());
    await once(listener, "listening");
    const port = await proxy((listener.address() as AddressInfo).port);
    const forged = {
      "x-forwarded-for": "192.0.2.1",
      "x-forwarded-proto": "http",
      "x-forwarded-host": "evil.example",
      forwarded: "for=192.0.2.1;host=evil.example",
    };
    await fetch(`https://localhost:${port}/`, { headers: forged });
    expect(heard).toMatchObject({
      "x-forwarded-for": "127.0.0.1",
      "x-forwarded-proto": "https",
      "x-forwarded-host": `localhost:${port}`,
      host: `localhost:${port}`,
    });
    expect(heard.forwarded ?? "").toBe("");
  });

  test("a node that ends sends its clients away, and they come back to the other at once, with nothing missed", async () => {
    const redis = await startRedis();
    ends.push(() => redis.remove());
    const env = { GREENROOM_LOG: redis.url, GREENROOM_RATE_LIMITS: "off" };
    const [one, other] = [await node(env), await node(env)];
    const port = await proxy(one.port, other.port);
    const names = ["ada", "bob", "cyd", "dan"];
    const clients: Client[] = [];
    for (const name of names) clients.push(await chatting(port, name));
    for (const client of clients) await client.next("joined");
    await clients[0]?.request({ type: "message", content: "before" }, "ack");
    for (const client of clients) await client.next("message", ({ content }) => content === "before");
    one.child.kill("SIGTERM");
    const sent = (): Client[] => clients.filter(({ events }) => events.some(({ type }) => type === "draining"));
    // Those with the fewest connections come first, so each node has two of them.
    await expect.poll(() => sent().length, { timeout: 30_000 }).toBe(2);
    for (const client of sent()) expect((await client.closed).code).toBe(1012);
    expect(await one.exited).toBe(0);
    for (let count = 0; count < 10; count += 1) {
      const back = await connect(`wss://localhost:${port}/ws?name=back`, {
        headers: { origin: `https://localhost:${port}` },
      });
      back.send({ type: "join" });
      expect(await back.next("joined")).toMatchObject({ messages: [{ content: "before" }] });
      back.socket.terminate();
    }
    expect(sent()).toHaveLength(2);
    for (const client of clients) client.socket.terminate();
  });
});
