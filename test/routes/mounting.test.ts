import { Hono } from "hono";
import { cors } from "hono/cors";
import { secureHeaders } from "hono/secure-headers";
import { afterEach, describe, expect, it } from "vitest";
import { greenroom, memoryLog } from "../../src/mod.ts";
import type { Server } from "../../src/runtime/server.ts";
import { PlainClient, serveHere } from "./serving.ts";

let server: Server | undefined;
afterEach(async () => {
  await server?.close();
  server = undefined;
});

async function serveApp(app: Hono): Promise<string> {
  server = await serveHere({ port: 0, fetch: app.fetch });
  return server.url.replace("http", "ws");
}

describe("greenroom() in an app of one's own", () => {
  it("serves rooms beside the app's own routes", async () => {
    const app = new Hono().get("/hello", (c) => c.text("hi"));
    app.route("/", greenroom().routes);
    const url = await serveApp(app);
    const client = new PlainClient(`${url}/ws/lobby?name=ada`);
    expect(await client.next("joined")).toMatchObject({ room: "lobby", count: 1 });
    expect(await (await fetch(`${server?.url}/hello`)).text()).toBe("hi");
    await client.close();
  });

  it("serves rooms below a path", async () => {
    const app = new Hono().route("/chat", greenroom().routes);
    const url = await serveApp(app);
    const [ada, bob] = [
      new PlainClient(`${url}/chat/ws/lobby?name=ada`),
      new PlainClient(`${url}/chat?name=bob&room=lobby`),
    ];
    await Promise.all([ada.next("joined"), bob.next("joined")]);
    bob.say({ type: "message", content: "hi" });
    expect(await ada.next("message")).toMatchObject({ sender: { id: "guest:bob" }, content: "hi" });
    await Promise.all([ada.close(), bob.close()]);
  });

  it("upgrades behind middleware that changes every response", async () => {
    const app = new Hono();
    app.use(cors(), secureHeaders());
    app.use(async (c, next) => {
      await next();
      c.header("x-after", "1");
    });
    app.route("/", greenroom().routes);
    const url = await serveApp(app);
    for (const protocols of [[], ["greenroom.v1", "greenroom.v1.batch"]]) {
      const client = new PlainClient(`${url}/ws/lobby?name=ada`, protocols);
      expect(await client.next("joined")).toMatchObject({ room: "lobby" });
      await client.close();
    }
  });

  it("lets middleware refuse an upgrade, before its route or after", async () => {
    const app = new Hono();
    app.use("/ws/before", async (c, _next) => c.text("no", 401));
    app.use("/ws/after", async (c, next) => {
      await next();
      c.res = c.text("no", 403);
    });
    app.use("/ws/fails", async (_c, next) => {
      await next();
      throw new Error("a middleware of the app has failed");
    });
    app.onError((_error, c) => c.text("failed", 500));
    app.route("/", greenroom().routes);
    const url = await serveApp(app);
    for (const room of ["before", "after", "fails"]) {
      const refused = new PlainClient(`${url}/ws/${room}`);
      expect(await refused.closed).not.toBe(1000);
    }
    const client = new PlainClient(`${url}/ws/lobby`);
    expect(await client.next("joined")).toMatchObject({ room: "lobby" });
    await client.close();
  });

  it("says so where the app is served by something that cannot upgrade", async () => {
    const app = new Hono().route("/", greenroom().routes);
    const headers = {
      connection: "Upgrade",
      upgrade: "websocket",
      "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==",
      "sec-websocket-version": "13",
    };
    const response = await app.request(new Request("http://localhost/ws", { headers }));
    expect(response.status).toBe(501);
    expect(await response.json()).toMatchObject({ status: 501, detail: expect.stringContaining("WebSockets") });
  });
});

describe("files of greenroom() in an app of one's own", () => {
  it("are where filesUrl says, below the path that the routes are mounted at", async () => {
    const app = new Hono().route("/chat", greenroom({ filesUrl: "/chat/files" }).routes);
    const url = await serveApp(app);
    const client = new PlainClient(`${url}/chat/ws/lobby?name=ada`);
    await client.next("joined");
    const where = `${server?.url}/chat/api/rooms/lobby/files?name=bob`;
    const posted = await fetch(where, { method: "POST", body: "hello" });
    expect(posted.status).toBe(201);
    const { attachment } = (await client.next("message")) as { readonly attachment: { readonly url: string } };
    expect(posted.headers.get("location")).toBe(attachment.url);
    expect(await (await fetch(`${server?.url}${attachment.url}`)).text()).toBe("hello");
    await client.close();
  });

  it.each([
    ["with a log of the app's own and no place for their bytes", { log: memoryLog() }],
    ["with blobs: false", { blobs: false }],
  ] as const)("are not there %s, and a client is told so", async (_, options) => {
    const app = new Hono().route("/", greenroom(options).routes);
    const url = await serveApp(app);
    const client = new PlainClient(`${url}/ws/lobby?name=ada`);
    expect(await client.next("welcome")).toMatchObject({ limits: { fileBytes: 0 } });
    client.say({ type: "upload", name: "a", media: "a/b", size: 1 });
    expect(await client.next("error")).toMatchObject({ code: "unknown_type" });
    const where = `${server?.url}/api/rooms/lobby/files?name=bob`;
    expect((await fetch(where, { method: "POST", body: "hello" })).status).toBe(404);
    await client.close();
  });
});
