/**
 * One side of `../durable-log.ts` in a process of its own, so that neither finds the other's heap and compiled code:
 *
 *     side.ts greenroom|bare PUBLISHERS WARM-SECONDS SECONDS FOLDER
 *
 * Prints what it measured as JSON.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { Worker } from "node:worker_threads";
import type { Outcome } from "../../src/actors/room/mod.ts";
import { sqliteLog } from "../../src/runtime/sqlite.ts";
import { percentiles } from "../statistics.ts";
import { drafting } from "./draft.ts";

/** Says that something is to be appended; `done` is called once it is. */
type Append = (done: () => void) => void;

interface Subject {
  readonly append: Append;
  close(): Promise<unknown>;
}

/** What a side has done. */
export interface Row {
  readonly perSecond: number;
  readonly p50: number;
  readonly p99: number;
  /** CPU time of the whole process for one append, in µs: what a busy machine does not change. */
  readonly cpu: number;
}

const [side = "", publishers = "", warm = "", seconds = "", data = ""] = process.argv.slice(2);
const draft = drafting(200);

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
  const folder = mkdtempSync(join(data, "greenroom-bench-"));
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
  const folder = mkdtempSync(join(data, "greenroom-bench-"));
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

const subject = await (side === "bare" ? bare() : ours());
await measure(subject, Number(publishers), Number(warm)); // a writer that is asked seldom takes a second or two to be compiled
console.log(JSON.stringify(await measure(subject, Number(publishers), Number(seconds))));
await subject.close();
process.exit();
