/** A WebSocket server that reads what comes and does nothing with it: what a flood costs the machine, and not the server. */
import process from "node:process";
import { WebSocketServer } from "ws";

const server = new WebSocketServer({ port: 0, host: "127.0.0.1", perMessageDeflate: false });
server.on("connection", (socket) => {
  socket.on("error", () => undefined);
  socket.on("message", () => undefined);
});
server.on("listening", () => {
  const { port } = server.address() as { readonly port: number };
  process.stdout.write(`listening on http://127.0.0.1:${port}\n`);
});
