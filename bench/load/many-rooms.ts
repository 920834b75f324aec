import { type Client, frame } from "./client.ts";
import { Crowd, pathOf } from "./crowd.ts";
import { cpuSeconds, residentKiB } from "./server-cost.ts";
import { wait } from "./wait.ts";

/** Clients who are alone in many rooms each, and talk in some of them in turn. */
export interface ManyRoomsJob {
  readonly type: "many-rooms";
  readonly rooms: number;
  /** In so many of them something is said. */
  readonly active: number;
  readonly clients: number;
  /** Each client has so many messages under way. */
  readonly underWay: number;
  /** So many messages to warm up with, and so many that count: at a fixed time, a slow machine would be measured cold. */
  readonly warm: number;
  readonly counted: number;
}

const SETTLE_MS = 1_500;
const LOOK_MS = 50;
/** At the longest, each of the two. */
const LONGEST_MS = 15_000;
/** So many joins go in one message; a connection reads no more than it has answered. */
const JOINS_AT_ONCE = 25;

/** Fills rooms and talks in some, and takes the figures of the server `pid` meanwhile. */
export async function manyRooms(job: ManyRoomsJob, { port, pid }: { readonly port: number; readonly pid: number }) {
  const { rooms, clients, underWay, warm, counted } = job;
  const each = rooms / clients;
  const active = job.active / clients;
  const emptyKiB = residentKiB(pid);
  let [joins, heard, talking] = [0, 0, false];
  const filled = Promise.withResolvers<void>();
  const next = new Uint32Array(clients);
  const crowd = await Crowd.gather({
    port,
    size: clients,
    format: "batch",
    path: (index) => pathOf(roomOf(index * each), index),
    joined: () => {
      joins += 1;
    },
    text(client, bytes, from, to) {
      const text = bytes.toString("latin1", from, to);
      joins += count(text, '"type":"joined"');
      if (joins === rooms) filled.resolve();
      const messages = count(text, '"type":"message"');
      heard += messages;
      if (talking) for (let at = 0; at < messages; at += 1) say(client);
    },
  });

  function say(client: Client): void {
    const nth = next[client.index] as number;
    next[client.index] = (nth + 1) % active;
    const room = roomOf(client.index * each + nth);
    client.send(frame(`{"type":"message","room":"${room}","content":"${"x".repeat(64)}"}`));
  }

  const fullBeforeKiB = residentKiB(pid);
  for (const client of crowd.clients) {
    for (let from = 1; from < each; from += JOINS_AT_ONCE) {
      const some = Array.from({ length: Math.min(JOINS_AT_ONCE, each - from) }, (_, at) => {
        return `{"type":"join","room":"${roomOf(client.index * each + from + at)}","history":0}`;
      });
      client.send(frame(`[${some.join(",")}]`));
    }
  }
  if (joins === rooms) filled.resolve();
  await filled.promise;
  await wait(SETTLE_MS);
  const kibEach = each === 1 ? Number.NaN : (residentKiB(pid) - fullBeforeKiB) / (rooms - clients);
  talking = true;
  for (const client of crowd.clients) for (let at = 0; at < underWay; at += 1) say(client);
  const until = async (count: number): Promise<void> => {
    const lateMs = performance.now() + LONGEST_MS;
    while (heard < count && performance.now() < lateMs) await wait(LOOK_MS);
  };
  await until(warm);
  const before = { cpu: cpuSeconds(pid), heard, ms: performance.now() };
  await until(before.heard + counted);
  const after = { cpu: cpuSeconds(pid), heard, ms: performance.now() };
  talking = false;
  await wait(SETTLE_MS);
  crowd.leave();
  return {
    messages: after.heard - before.heard,
    cpuSeconds: after.cpu - before.cpu,
    seconds: (after.ms - before.ms) / 1_000,
    microsecondsEach: (1_000_000 * (after.cpu - before.cpu)) / (after.heard - before.heard),
    kibEach,
    emptyMiB: emptyKiB / 1_024,
    fullMiB: residentKiB(pid) / 1_024,
  };
}

function roomOf(index: number): string {
  return `room-${String(index).padStart(6, "0")}`;
}

function count(text: string, what: string): number {
  let found = 0;
  for (let at = text.indexOf(what); at >= 0; at = text.indexOf(what, at + what.length)) found += 1;
  return found;
}
