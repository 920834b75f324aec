/** Control: Bun's own publish to a topic, which joins what a turn has published into one write. Else as `ws-loop.ts`. */
import process from "node:process";
import { HISTORY, historyOf, messageOf, placeOf, type Room, roomOf } from "./dialect.ts";

interface Place {
  readonly name: string;
  readonly user: string;
}

/** What is used of Bun's WebSockets. */
interface BunSocket {
  readonly data: Place;
  subscribe(topic: string): void;
  send(text: string): number;
}

interface BunServer {
  readonly port: number;
  upgrade(request: Request, options: { readonly data: Place }): boolean;
  publish(topic: string, text: string): number;
}

const bun = (globalThis as unknown as { readonly Bun: { serve(options: object): BunServer } }).Bun;
const rooms = new Map<string, Room<BunSocket>>();

const server = bun.serve({
  port: Number(process.env["PORT"]),
  hostname: "127.0.0.1",
  fetch(request: Request, serving: BunServer): Response | undefined {
    return serving.upgrade(request, { data: placeOf(request.url) }) ? undefined : new Response(null, { status: 400 });
  },
  websocket: {
    perMessageDeflate: false,
    idleTimeout: 0,
    open(ws: BunSocket): void {
      const room = roomOf(rooms, ws.data.name);
      room.members.add(ws);
      ws.subscribe(room.name);
      ws.send(JSON.stringify({ type: "joined", room: room.name, seq: room.seq }));
    },
    message(ws: BunSocket, data: string): void {
      const command = JSON.parse(data) as { readonly type: string; readonly content: string };
      const room = roomOf(rooms, ws.data.name);
      if (command.type === HISTORY) ws.send(historyOf(room));
      else server.publish(room.name, messageOf(room, ws.data.user, command.content));
    },
    close(ws: BunSocket): void {
      const room = roomOf(rooms, ws.data.name);
      room.members.delete(ws);
      if (room.members.size === 0) rooms.delete(room.name);
    },
  },
});
console.log(`listening on http://127.0.0.1:${server.port}`);
