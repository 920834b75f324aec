/**
 * What the durable log costs at its port, beside bare `node:sqlite` with the same rows and the same group commit:
 *
 *     node bench/durable-log.ts [--seconds 3] [--warm 2] [--rounds 3] [--publishers 1,64,1000]
 *         [--entries 1000000] [--data FOLDER]
 *
 * Runs on Node, Deno (`deno run -A`) and Bun alike. Publishers have one message under way each, of 200 characters, under a
 * key. Both sides wait for the disk (`synchronous=FULL`). Medians over the rounds, which take turns.
 */
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { parseArgs } from "node:util";
import { Worker } from "node:worker_threads";
import type { Draft, Outcome } from "../src/actors/room/mod.ts";
import { sqliteLog } from "../src/runtime/sqlite.ts";

const { values } = parseArgs({
  options: {
    seconds: { type: "string", default: "3" },
    warm: { type: "string", default: "2" },
    rounds: { type: "string", default: "3" },
    publishers: { type: "string", default: "1,64,1000" },
    entries: { type: "string", default: "1000000" },
    data: { type: "string", default: tmpdir() },
  },
});
const [seconds, warm, rounds, entries] = [values.seconds, values.warm, values.rounds, values.entries].map(Number) as [
  number,
  number,
  number,
  number,
];

/** Says that something is to be appended; `done` is called once it is. */
type Append = (done: () => void) => void;

interface Subject {
  readonly append: Append;
  close(): Promise<unknown>;
}

interface Row {
  readonly perSecond: number;
  readonly p50: number;
  readonly p99: number;
  /** CPU time of the whole process for one append, in µs: what a busy machine does not change. */
  readonly cpu: number;
}

const content = "x".repeat(200);
let keys = 0;
const draft = (): Draft => ({
  room: "room",
  sender: { id: "guest:ada", name: "ada" },
  content,
  data: undefined,
  key: `key-${(keys += 1)}`,
  at: Date.now(),
  fence: undefined,
  policy: { room: 1, house: 1 },
});

/** Gathers what is wanted within a turn into one call, as the journal does. */
function gathering<T>(make: () => T, send: (items: readonly T[], done: () => void) => void): Append {
  let items: T[] = [];
  let dones: (() => void)[] = [];
  function flush(): void {
    const waiting = dones;
    const sent = items;
    [items, dones] = [[], []];
    send(sent, () => {
      for (const done of waiting) done();
    });
  }
  return (done) => {
    items.push(make());
    if (dones.push(done) === 1) setImmediate(flush);
  };
}

async function ours(): Promise<Subject> {
  const folder = mkdtempSync(join(values.data, "greenroom-bench-"));
  const { log, close } = await sqliteLog({ folder });
  const append = gathering(draft, (drafts, done) => {
    log.append(drafts, (outcomes: readonly Outcome[]) => {
      if (outcomes.some(({ type }) => type !== "appended")) throw new Error(`Cannot measure: ${outcomes[0]?.type}`);
      done();
    });
  });
  return { append, close: () => close().then(() => rmSync(folder, { recursive: true })) };
}

async function bare(): Promise<Subject> {
  const folder = mkdtempSync(join(values.data, "greenroom-bench-"));
  const worker = new Worker(new URL("./bare-sqlite.ts", import.meta.url), { workerData: { folder } });
  await new Promise((resolve) => worker.once("message", resolve));
  const waiting: (() => void)[] = [];
  worker.on("message", (answers: readonly unknown[]) => {
    for (const _ of answers) waiting.shift()?.();
  });
  const append = gathering(draft, (drafts, done) => {
    waiting.push(done);
    const columns: (string | number)[] = [];
    for (const { sender, content: c, key: k = "", at, policy } of drafts) {
      const body = JSON.stringify({ s: [sender.id, sender.name], c, k });
      columns.push(at, body, JSON.stringify([sender.id, k]), policy?.room ?? 0, policy?.house ?? 0);
    }
    worker.postMessage(columns);
  });
  return { append, close: () => worker.terminate().then(() => rmSync(folder, { recursive: true })) };
}

async function measure({ append }: Subject, publishers: number, lasting: number): Promise<Row> {
  const spans: number[] = [];
  const endMs = performance.now() + lasting * 1_000;
  const startedMs = performance.now();
  const before = process.cpuUsage();
  await Promise.all(
    Array.from({ length: publishers }, () => {
      const { promise, resolve } = Promise.withResolvers<void>();
      function publish(): void {
        const fromMs = performance.now();
        if (fromMs >= endMs) return resolve();
        append(() => {
          spans.push(performance.now() - fromMs);
          publish();
        });
      }
      publish();
      return promise;
    }),
  );
  const perSecond = (spans.length / (performance.now() - startedMs)) * 1_000;
  const { user, system } = process.cpuUsage(before);
  return { perSecond, ...percentiles(spans), cpu: (user + system) / spans.length };
}

function percentiles(spans: number[]): { readonly p50: number; readonly p99: number } {
  spans.sort((one, other) => one - other);
  const at = (share: number): number => spans[Math.min(spans.length - 1, Math.floor(spans.length * share))] ?? 0;
  return { p50: at(0.5), p99: at(0.99) };
}

function median(numbers: readonly number[]): number {
  return [...numbers].sort((one, other) => one - other)[Math.floor(numbers.length / 2)] ?? 0;
}

async function appends(publishers: number): Promise<void> {
  const rows: Record<"ours" | "bare", Row[]> = { ours: [], bare: [] };
  for (let round = 0; round < rounds; round += 1) {
    for (const [name, open] of [
      ["ours", ours],
      ["bare", bare],
    ] as const) {
      const subject = await open();
      await measure(subject, publishers, warm); // a writer that is asked seldom takes a second or two to be compiled
      rows[name].push(await measure(subject, publishers, seconds));
      await subject.close();
    }
  }
  const line = (name: "ours" | "bare"): string => {
    const of = (key: keyof Row): number => median(rows[name].map((row) => row[key]));
    const acks = `ack p50 ${of("p50").toFixed(2)} ms, p99 ${of("p99").toFixed(2)} ms`;
    return `${Math.round(of("perSecond"))} appends/s, ${acks}, ${of("cpu").toFixed(1)} µs of CPU each`;
  };
  const ratio = (key: "perSecond" | "cpu"): string =>
    median(rows.ours.map((row, at) => row[key] / (rows.bare[at]?.[key] ?? 1))).toFixed(2);
  console.log(`${publishers} publishers`);
  console.log(`  greenroom    ${line("ours")}`);
  console.log(`  node:sqlite  ${line("bare")}`);
  console.log(`  greenroom has ${ratio("perSecond")} times its rate and takes ${ratio("cpu")} times its CPU`);
}

async function history(): Promise<void> {
  const folder = mkdtempSync(join(values.data, "greenroom-bench-"));
  const first = await sqliteLog({ folder, durability: "process", roomEntries: 2 * entries, roomBytes: 1e12 });
  const long = "y".repeat(700);
  for (let at = 0; at < entries; at += 2_000) {
    const drafts = Array.from({ length: 2_000 }, () => ({ ...draft(), content: long }));
    await new Promise((resolve) => first.log.append(drafts, resolve));
  }
  const spans: number[] = [];
  for (let at = 0; at < 1_000; at += 1) {
    const before = 201 + Math.floor(Math.random() * (entries - 200));
    const fromMs = performance.now();
    await first.log.read("room", { before }, { count: 50, bytes: 262_144 });
    spans.push(performance.now() - fromMs);
  }
  const { p50, p99 } = percentiles(spans);
  console.log(`history of ${entries} entries, pages of 50: p50 ${p50.toFixed(2)} ms, p99 ${p99.toFixed(2)} ms`);
  await first.close();
  const gigabytes = statSync(`${folder}/greenroom.sqlite`).size / 1024 ** 3;
  const fromMs = performance.now();
  const again = await sqliteLog({ folder, roomEntries: 2 * entries, roomBytes: 1e12 });
  await again.log.read("room", { before: Number.MAX_SAFE_INTEGER }, { count: 50, bytes: 262_144 });
  console.log(`start with a log of ${gigabytes.toFixed(2)} GB: ${Math.round(performance.now() - fromMs)} ms`);
  await again.close();
  rmSync(folder, { recursive: true });
}

for (const publishers of values.publishers.split(",").filter((each) => each !== "")) await appends(Number(publishers));
if (entries > 0) await history();
process.exit();
