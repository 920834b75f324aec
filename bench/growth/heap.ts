import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { frame } from "../load/client.ts";
import { Crowd, pathOf } from "../load/crowd.ts";
import { wait } from "../load/wait.ts";
import { type Running, type Subject, start, subjects } from "../subjects.ts";
import { figure, table } from "../table.ts";
import type { Growth } from "./growth.ts";

const CONNECTIONS = 2_000;
const ROOMS_EACH = 100;
const SETTLE_MS = 2_000;
/** So many come and go before anything is measured, and are forgotten after so long: behind the grace of those who left. */
const WARM = 200;
const WARM_MS = 7_000;
const SNAPSHOT_WITHIN_MS = 60_000;
const SHOWN = 12;

/** What is on the heap: bytes and number by kind. */
type Heap = ReadonlyMap<string, { readonly bytes: number; readonly count: number }>;

/** What a connection and a room hold on the heap of V8, by two snapshots each; on Node alone. */
export const heap: Growth = async ({ root, part }) => {
  const connections = Math.round(CONNECTIONS * part);
  const parts = [
    await grown(root, `A connection, of ${figure(connections)} in a room`, connections, (port, size) => {
      return Crowd.gather({ port, size, path: (index) => pathOf("lobby", index) });
    }),
    await grown(root, `A room of one member, of ${figure(connections)}`, connections, (port, count) => {
      return roomy(port, count / ROOMS_EACH);
    }),
  ];
  return parts.join("\n");
};

async function grown(
  root: string,
  title: string,
  count: number,
  grow: (port: number, count: number) => Promise<Crowd>,
): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "greenroom-heap-"));
  const flags = ["--heapsnapshot-signal=SIGUSR2", `--diagnostic-dir=${folder}`];
  const server = await start(subjects["node"] as Subject, { root, flags });
  try {
    // What is compiled and grown once is nobody's.
    (await grow(server.port, WARM)).leave();
    await wait(WARM_MS);
    const before = await snapshotOf(server, folder);
    const crowd = await grow(server.port, count);
    await wait(SETTLE_MS);
    const after = await snapshotOf(server, folder);
    crowd.leave();
    return comparison(title, count, before, after);
  } finally {
    await server.stop();
    rmSync(folder, { recursive: true });
  }
}

/** Few clients in many rooms. */
async function roomy(port: number, clients: number): Promise<Crowd> {
  let joined = 0;
  const all = Promise.withResolvers<void>();
  const crowd = await Crowd.gather({
    port,
    size: clients,
    path: (index) => pathOf(`room-${index}-0`, index),
    text(_, bytes, from, to) {
      if (!bytes.toString("latin1", from, Math.min(to, from + 24)).includes('"joined"')) return;
      joined += 1;
      if (joined === clients * (ROOMS_EACH - 1)) all.resolve();
    },
  });
  for (const client of crowd.clients) {
    for (let room = 1; room < ROOMS_EACH; room += 1) {
      client.send(frame(`{"type":"join","room":"room-${client.index}-${room}","history":0}`));
    }
  }
  await all.promise;
  return crowd;
}

function comparison(title: string, count: number, before: Heap, after: Heap): string {
  const rows: { name: string; bytes: number; objects: number }[] = [];
  for (const [name, { bytes, count: objects }] of after) {
    const former = before.get(name) ?? { bytes: 0, count: 0 };
    rows.push({ name, bytes: (bytes - former.bytes) / count, objects: (objects - former.count) / count });
  }
  rows.sort((one, other) => other.bytes - one.bytes);
  const total = rows.reduce((sum, { bytes }) => sum + bytes, 0);
  const largest = rows.slice(0, SHOWN).map(({ name, bytes, objects }) => [name, figure(bytes), figure(objects)]);
  const shown = table([`of ${figure(total)} bytes each`, "bytes", "objects"], largest);
  return `### ${title}\n\n${shown}\n`;
}

async function snapshotOf({ pid }: Running, folder: string): Promise<Heap> {
  const known = new Set(readdirSync(folder));
  process.kill(pid, "SIGUSR2");
  const untilMs = performance.now() + SNAPSHOT_WITHIN_MS;
  for (let size = -1; performance.now() < untilMs; await wait(500)) {
    const fresh = readdirSync(folder).find((name) => !known.has(name));
    if (fresh === undefined) continue;
    const path = join(folder, fresh);
    const now = statSync(path).size;
    if (now > 0 && now === size) return heapOf(readFileSync(path, "utf8"));
    size = now;
  }
  throw new Error("Cannot measure: Node wrote no snapshot");
}

/** Sums a snapshot up by constructor, or by kind where there is none. */
function heapOf(text: string): Heap {
  const { snapshot, nodes, strings } = JSON.parse(text) as {
    readonly snapshot: {
      readonly meta: { readonly node_fields: readonly string[]; readonly node_types: readonly [readonly string[]] };
    };
    readonly nodes: readonly number[];
    readonly strings: readonly string[];
  };
  const fields = snapshot.meta.node_fields;
  const [type, name, size] = ["type", "name", "self_size"].map((field) => fields.indexOf(field)) as [
    number,
    number,
    number,
  ];
  const heap = new Map<string, { bytes: number; count: number }>();
  for (let at = 0; at < nodes.length; at += fields.length) {
    const kind = snapshot.meta.node_types[0][nodes[at + type] as number] ?? "";
    const key = kind === "object" || kind === "native" ? (strings[nodes[at + name] as number] ?? kind) : `(${kind})`;
    const sum = heap.get(key);
    if (sum === undefined) heap.set(key, { bytes: nodes[at + size] as number, count: 1 });
    else {
      sum.bytes += nodes[at + size] as number;
      sum.count += 1;
    }
  }
  return heap;
}
