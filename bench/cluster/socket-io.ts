/** What stands beside us: Socket.IO with its adapter for Redis streams, as their documentation sets them up. */
import { createServer } from "node:http";
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";
import process from "node:process";

/** As far as it is used here; the packages are those of `bench/peers`, which only the benches install. */
interface Peers {
  readonly socketIo: { readonly Server: new (server: unknown, options: object) => Io };
  readonly redis: { createClient(options: object): { connect(): Promise<unknown> } };
  readonly streams: { createAdapter(client: unknown): unknown };
}

interface Io {
  on(event: "connection", listener: (socket: IoSocket) => void): void;
  to(room: string): { emit(event: string, data: unknown): void };
}

interface IoSocket {
  readonly handshake: { readonly query: Readonly<Record<string, string>> };
  join(room: string): void;
  emit(event: string, data: unknown): void;
  on(event: string, listener: (data: string) => void): void;
}

const require = createRequire(new URL("../peers/package.json", import.meta.url));
const socketIo = require("socket.io") as Peers["socketIo"];
const redis = require("redis") as Peers["redis"];
const streams = require("@socket.io/redis-streams-adapter") as Peers["streams"];

const client = redis.createClient({ url: process.env["REDIS_URL"] });
await client.connect();
const http = createServer();
const io = new socketIo.Server(http, { transports: ["websocket"], adapter: streams.createAdapter(client) });
io.on("connection", (socket) => {
  const { room = "lobby", name = "" } = socket.handshake.query;
  const sender = { id: `guest:${name}`, name };
  socket.join(room);
  socket.emit("joined", room);
  socket.on("message", (content) => {
    io.to(room).emit("message", { type: "message", room, sender, content, at: Date.now() });
  });
});
http.listen(0, "127.0.0.1", () => {
  console.log(`Listening on http://127.0.0.1:${(http.address() as AddressInfo).port}`);
});
