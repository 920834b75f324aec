import { Hono } from "hono";
import { afterEach, describe, expect, it } from "vitest";
import { type Authorize, type GreenroomOptions, greenroom, type Who } from "../../src/mod.ts";
import type { Server } from "../../src/runtime/server.ts";
import { PlainClient, serveHere } from "./serving.ts";

let server: Server | undefined;
const clients: PlainClient[] = [];
afterEach(async () => {
  await Promise.all(clients.splice(0).map((client) => client.close()));
  await server?.close();
  server = undefined;
});

/** An app whose users come by `?as=`: it stands for a session of its own. */
async function appOf(options: GreenroomOptions): Promise<string> {
  const app = new Hono().route("/", greenroom(options).routes);
  server = await serveHere({ port: 0, fetch: app.fetch });
  return server.url.replace("http", "ws");
}

function connect(url: string): PlainClient {
  const client = new PlainClient(url);
  clients.push(client);
  return client;
}

const authenticate = async (request: Request): Promise<Who | undefined> => {
  const name = new URL(request.url).searchParams.get("as");
  return name === null ? undefined : { id: name, name: name.toUpperCase() };
};

describe("greenroom({ authenticate })", () => {
  it("takes the app's word for who a connection comes from", async () => {
    const url = await appOf({ authenticate });
    expect(await connect(`${url}/ws?as=ada`).next("welcome")).toMatchObject({
      user: { id: "ada", name: "ADA", guest: false },
    });
    expect(await connect(`${url}/ws?name=ada`).next("welcome")).toMatchObject({ user: { id: "guest:ada" } });
  });

  it("lets nobody else in where guests are kept out, without a key for tokens", async () => {
    const url = await appOf({ authenticate, door: { guests: false } });
    await connect(`${url}/ws?as=ada`).next("welcome");
    expect(await connect(`${url}/ws?name=ada`).closed).not.toBe(1000);
    clients.pop();
    expect((await fetch(`${server?.url}/api/tickets`, { method: "POST" })).status).toBe(401);
  });

  it("makes tickets for the app's users", async () => {
    const url = await appOf({ authenticate, door: { guests: false } });
    const made = await fetch(`${server?.url}/api/tickets?as=ada`, { method: "POST" });
    expect(made.status).toBe(201);
    const { ticket } = (await made.json()) as { ticket: string };
    expect(await connect(`${url}/ws?ticket=${ticket}`).next("welcome")).toMatchObject({ user: { id: "ada" } });
  });

  it("ends a connection when the app says its session does", async () => {
    const url = await appOf({ authenticate: () => ({ id: "ada", endsAt: Date.now() + 500 }) });
    const client = connect(`${url}/ws`);
    await client.next("expiring");
    expect(await client.closed).toBe(4401);
    clients.pop();
  });
});

describe("greenroom({ authorize })", () => {
  it("asks the app at the join, and does as it says", async () => {
    const asked: string[] = [];
    const authorize: Authorize = (user, room, action) => {
      asked.push(`${user.id} ${room} ${action}`);
      return Promise.resolve(room.startsWith(user.name) && action !== "signal");
    };
    const url = await appOf({ authorize });
    const client = connect(`${url}/ws?name=ada`);
    await client.next("welcome");
    client.say({ type: "join", room: "ada-room" });
    expect(await client.next("joined")).toMatchObject({ grants: ["read", "write", "set", "upload", "moderate"] });
    client.say({ type: "message", room: "ada-room", content: "hi" });
    client.say({ type: "signal", room: "ada-room", name: "wave", id: 1 });
    expect(await client.next("error")).toMatchObject({ id: 1, code: "forbidden" });
    client.say({ type: "join", room: "eve-room", id: 2 });
    expect(await client.next("error")).toMatchObject({ id: 2, room: "eve-room", code: "forbidden" });
    expect(asked.filter((question) => question.includes("ada-room"))).toHaveLength(6);
  });

  it("asks the app again when it is told to, and takes whoever may no longer read out of the room", async () => {
    const members = new Set(["guest:ada", "guest:bob"]);
    const rooms = greenroom({ authorize: ({ id }) => members.has(id) });
    server = await serveHere({ port: 0, fetch: new Hono().route("/", rooms.routes).fetch });
    const url = server.url.replace("http", "ws");
    const [ada, bob] = [connect(`${url}/ws/team?name=ada`), connect(`${url}/ws/team?name=bob`)];
    await Promise.all([ada.next("joined"), bob.next("joined")]);
    members.delete("guest:bob");
    rooms.regrant("guest:bob");
    expect(await bob.next("left")).toMatchObject({ room: "team" });
    rooms.regrant();
    ada.say({ type: "message", content: "still here", id: 1 });
    expect(await ada.next("ack")).toMatchObject({ id: 1, seq: 1 });
    bob.say({ type: "join", room: "team", id: 2 });
    expect(await bob.next("error")).toMatchObject({ room: "team", code: "forbidden" });
  });
});
