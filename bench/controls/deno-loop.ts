/** Control: a loop over what `Deno.upgradeWebSocket` hands out, with one `send` each. Else as `ws-loop.ts`. */
import process from "node:process";
import { HISTORY, historyOf, messageOf, placeOf, type Room, roomOf } from "./dialect.ts";

/** What is used of `Deno`. */
interface DenoNamespace {
  serve(
    options: { readonly port: number; readonly hostname: string; readonly onListen: (at: { port: number }) => void },
    handler: (request: Request) => Response,
  ): unknown;
  upgradeWebSocket(
    request: Request,
    options: { readonly idleTimeout: number },
  ): { readonly socket: WebSocket; readonly response: Response };
}

const deno = (globalThis as unknown as { readonly Deno: DenoNamespace }).Deno;
const rooms = new Map<string, Room<WebSocket>>();

function serve(request: Request): Response {
  const { name, user } = placeOf(request.url);
  const { socket, response } = deno.upgradeWebSocket(request, { idleTimeout: 0 });
  socket.onopen = () => {
    const room = roomOf(rooms, name);
    room.members.add(socket);
    socket.send(JSON.stringify({ type: "joined", room: name, seq: room.seq }));
  };
  socket.onmessage = ({ data }) => {
    const command = JSON.parse(String(data)) as { readonly type: string; readonly content: string };
    const room = roomOf(rooms, name);
    if (command.type === HISTORY) return socket.send(historyOf(room));
    const text = messageOf(room, user, command.content);
    for (const member of room.members) if (member.readyState === 1) member.send(text);
  };
  socket.onclose = () => {
    const room = roomOf(rooms, name);
    room.members.delete(socket);
    if (room.members.size === 0) rooms.delete(name);
  };
  return response;
}

const port = Number(process.env["PORT"]);
deno.serve(
  { port, hostname: "127.0.0.1", onListen: (at) => console.log(`listening on http://127.0.0.1:${at.port}`) },
  serve,
);
