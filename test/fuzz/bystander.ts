/**
 * A client in a process of its own that minds its own business: it publishes in a room of its own, or pings, and measures
 * how long its answer takes. Told `mark` by its parent, it sends what it has measured since the last time.
 *
 *     node test/fuzz/bystander.ts URL EVERY_MS [message|ping]
 */
import process from "node:process";
import { WebSocket } from "ws";

const [url = "", everyMs = "20", what = "message"] = process.argv.slice(2);
const sentAt = new Map<string, number>();
let times: number[] = [];
let lastId = 0;

const socket = new WebSocket(url, { perMessageDeflate: false });
socket.on("message", (data: Buffer) => {
  const { type, id } = JSON.parse(data.toString()) as { readonly type: string; readonly id?: string };
  if (type === "joined") setInterval(say, Number(everyMs));
  const at = sentAt.get(id ?? "");
  if (at === undefined) return;
  sentAt.delete(id ?? "");
  if (type === "ack" || type === "pong") times.push(performance.now() - at);
});
// Whoever started this sees it end.
socket.on("close", () => process.exit(3));
socket.on("error", () => process.exit(3));

function say(): void {
  const id = `bystander-${++lastId}`;
  sentAt.set(id, performance.now());
  socket.send(JSON.stringify(what === "ping" ? { type: "ping", id } : { type: "message", content: "still here", id }));
}

process.on("message", () => {
  // Those without an answer yet have waited for so long at least.
  const waiting = [...sentAt.values()].map((at) => performance.now() - at);
  process.send?.({ times, longestWaiting: Math.max(0, ...waiting) });
  times = [];
});
process.on("disconnect", () => process.exit(0));
