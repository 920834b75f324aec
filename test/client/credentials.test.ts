import { describe, expect, test } from "vitest";
import { FakeWorld } from "./fake-server.ts";

const user = { id: "ada", name: "Ada", guest: false };

describe("the credentials of a client", () => {
  test("go among the subprotocols, and make no guest's name", async () => {
    const world = new FakeWorld();
    world.connect({ token: "head.body.tail", name: "ada" });
    await world.settle();
    expect(world.socket.offered).toEqual(["greenroom.v1.batch", "greenroom.v1", "bearer.head.body.tail"]);
    expect(world.socket.url.search).toBe("");
  });

  test("go in the first command, where that is wished", async () => {
    const world = new FakeWorld();
    const client = world.connect({ token: "head.body.tail", credentials: "command" });
    client.room("lobby");
    await world.settle();
    const { socket } = world;
    expect(socket.offered).toEqual(["greenroom.v1.batch", "greenroom.v1"]);
    socket.open();
    await world.settle();
    expect(socket.single("auth")).toMatchObject({ token: "head.body.tail" });
    expect(socket.take("join")).toHaveLength(0);
    await world.welcome({ user });
    expect(socket.take("join")).toHaveLength(1);
  });

  test("go in the first command, where they are no token of HTTP", async () => {
    const world = new FakeWorld();
    world.connect({ token: "with/slash=" });
    await world.settle();
    expect(world.socket.offered).toHaveLength(2);
    world.socket.open();
    await world.settle();
    expect(world.socket.single("auth")).toMatchObject({ token: "with/slash=" });
  });

  test("are asked for each connection", async () => {
    const world = new FakeWorld();
    let asked = 0;
    world.connect({ token: () => Promise.resolve(`token-${(asked += 1)}`) });
    await world.settle();
    world.socket.end();
    await world.advance(1_000);
    expect(world.sockets.map(({ offered }) => offered[2])).toEqual(["bearer.token-1", "bearer.token-2"]);
  });

  test("may be none, which makes a guest", async () => {
    const world = new FakeWorld();
    world.connect({ token: () => undefined, name: "ada" });
    await world.settle();
    expect(world.socket.offered).toHaveLength(2);
    expect(world.socket.url.search).toBe("?name=ada");
  });

  test("that cannot be had are asked for again after a wait", async () => {
    const world = new FakeWorld();
    let asked = 0;
    const client = world.connect({
      token: () => ((asked += 1) < 3 ? Promise.reject(new Error("signed out")) : "token"),
    });
    await world.settle();
    expect(client.snapshot().status).toMatchObject({ type: "waiting", reason: "Error: signed out" });
    await world.advance(2_000);
    expect(world.sockets).toHaveLength(1);
  });
});

describe("credentials that end", () => {
  test("are renewed on the connection there is", async () => {
    const world = new FakeWorld();
    let asked = 0;
    const client = world.connect({ token: () => `token-${(asked += 1)}` });
    const socket = await world.welcome({ user });
    socket.say({ type: "expiring", at: 0 });
    await world.settle();
    const { id, token } = socket.single("auth");
    expect(token).toBe("token-2");
    socket.say({ type: "ack", id, expires: 1 });
    await world.advance(30_000);
    expect(world.sockets).toHaveLength(1);
    expect(client.snapshot().status.type).toBe("live");
  });

  test("are asked for again every 5 s, while they cannot be had", async () => {
    const world = new FakeWorld();
    let asked = 0;
    world.connect({ token: () => ((asked += 1) === 2 ? Promise.reject(new Error("busy")) : `token-${asked}`) });
    const socket = await world.welcome({ user });
    socket.say({ type: "expiring", at: 0 });
    await world.advance(4_999);
    expect(socket.take("auth")).toHaveLength(0);
    await world.advance(1);
    expect(socket.single("auth")["token"]).toBe("token-3");
  });

  test("close a client for good that has only those, until it is given others", async () => {
    const world = new FakeWorld();
    const client = world.connect({ token: "old" });
    (await world.welcome({ user })).end(4401, "expired");
    expect(client.snapshot().status).toMatchObject({ type: "closed", code: 4401, comeback: "credentials" });
    await world.advance(100_000);
    await world.look();
    expect(world.sockets).toHaveLength(1);
    client.authenticate("new");
    await world.welcome({ user });
    expect(world.socket.offered[2]).toBe("bearer.new");
    expect(client.snapshot().status.type).toBe("live");
  });

  test("are not shown a second time", async () => {
    const world = new FakeWorld();
    const client = world.connect({ token: () => "old" });
    (await world.welcome({ user })).end(4401);
    await world.advance(1_000);
    expect(client.snapshot().status).toMatchObject({ type: "closed", code: 4401, comeback: "credentials" });
    expect(world.sockets).toHaveLength(1);
  });

  test("give way to those that a function then has", async () => {
    const world = new FakeWorld();
    let token = "old";
    const client = world.connect({ token: () => token });
    const socket = await world.welcome({ user });
    token = "new";
    socket.end(4401);
    await world.advance(1_000);
    await world.welcome({ user });
    expect(world.socket.offered[2]).toBe("bearer.new");
    expect(client.snapshot().status.type).toBe("live");
  });

  test("leave what is unsent to who comes back with others", async () => {
    const world = new FakeWorld();
    const client = world.connect({ token: "old" });
    const lobby = client.room("lobby");
    const socket = await world.welcome({ user });
    socket.end(4401);
    lobby.publish("hi");
    client.authenticate("new");
    await world.welcome({ user });
    await world.letIn();
    expect(world.socket.single("message")).toMatchObject({ content: "hi" });
  });
});

describe("authenticate()", () => {
  test("shows other credentials on the connection there is", async () => {
    const world = new FakeWorld();
    const client = world.connect({ token: "old" });
    const socket = await world.welcome({ user });
    client.authenticate("new");
    await world.settle();
    expect(socket.single("auth")).toMatchObject({ token: "new" });
  });

  test("connects anew where the server does not take them there: they are another user's", async () => {
    const world = new FakeWorld();
    const client = world.connect({ name: "ada" });
    const socket = await world.welcome();
    client.authenticate("new");
    await world.settle();
    const { id } = socket.single("auth");
    socket.say({ type: "error", id, code: "forbidden", message: "another user" });
    await world.welcome({ user });
    expect(world.socket.offered[2]).toBe("bearer.new");
    expect(client.snapshot().user).toEqual(user);
  });
});
