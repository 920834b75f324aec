/**
 * Control: what a tutorial on `ws` has, a loop over the members with one `send` each. Rooms by path, no limits, no log, no
 * acknowledgements; the event is ours. On Node and, through its node compatibility, on Deno.
 */
import type { IncomingMessage } from "node:http";
import process from "node:process";
import { WebSocket, WebSocketServer } from "ws";
import { HISTORY, historyOf, messageOf, placeOf, type Room, roomOf } from "./dialect.ts";

const rooms = new Map<string, Room<WebSocket>>();
const server = new WebSocketServer({ host: "127.0.0.1", port: Number(process.env["PORT"]), perMessageDeflate: false });
server.on("connection", (ws: WebSocket, request: IncomingMessage) => {
  const { name, user } = placeOf(request.url ?? "/");
  const room = roomOf(rooms, name);
  room.members.add(ws);
  ws.send(JSON.stringify({ type: "joined", room: name, seq: room.seq }));
  ws.on("message", (data: Buffer) => {
    const command = JSON.parse(data.toString()) as { readonly type: string; readonly content: string };
    if (command.type === HISTORY) return ws.send(historyOf(room));
    const text = messageOf(room, user, command.content);
    for (const member of room.members) if (member.readyState === WebSocket.OPEN) member.send(text);
  });
  ws.on("close", () => {
    room.members.delete(ws);
    if (room.members.size === 0) rooms.delete(name);
  });
});
server.on("listening", () => {
  const { port } = server.address() as { readonly port: number };
  console.log(`listening on http://127.0.0.1:${port}`);
});
