import { Worker } from "node:worker_threads";
import type { Asked, Notice, Said, ThreadData } from "./exchange.ts";

/** How long a thread that has died once more stays away, in ms. */
const AGAIN_MS = 1_000;

type Told = Exclude<Notice, { readonly type: "released" | "closed" }>;

/** What a thread is started with, each time. */
type ThreadStart = Omit<ThreadData, "sent">;

/** What a thread's owner hears. */
export interface ThreadEvents {
  readonly noticed: (notice: Told) => void;
  readonly released: (files: readonly string[]) => void;
  /** It has died, and is started again. */
  readonly died: (why: string) => void;
}

interface Waiting<A> {
  /** `undefined`: the thread died over it, or it was never asked. */
  readonly settle: (answer: A | undefined) => void;
}

/**
 * A thread that answers requests, and is started again whenever it dies: what was not answered by then is settled without
 * an answer.
 */
export class Thread<R, A> {
  readonly #name: "writer" | "reader";
  readonly #events: ThreadEvents;
  #data: ThreadStart;
  #worker: Worker | undefined;
  #sent = noneSent();
  #waiting = new Map<number, Waiting<A>>();
  #lastId = 0;
  #startedMs = 0;
  #restart: ReturnType<typeof setTimeout> | undefined;
  #closing = false;
  #ended: (() => void) | undefined;

  constructor(name: "writer" | "reader", data: ThreadStart, events: ThreadEvents) {
    this.#name = name;
    this.#data = data;
    this.#events = events;
    this.#start();
  }

  /** Asks for something; `false`: there is no thread at present, and nothing was asked. */
  ask(request: R, settle: (answer: A | undefined) => void): boolean {
    if (this.#worker === undefined || this.#closing) return false;
    this.#lastId += 1;
    this.#waiting.set(this.#lastId, { settle });
    this.#send(this.#worker, [this.#lastId, request]);
    return true;
  }

  /** Ends it once everything is answered. */
  close(): Promise<void> {
    this.#closing = true;
    clearTimeout(this.#restart);
    if (this.#worker === undefined) return Promise.resolve();
    const ended = new Promise<void>((resolve) => {
      this.#ended = resolve;
    });
    this.#send(this.#worker, "close");
    return ended;
  }

  /** Ends it at once, as a crash would. */
  kill(): void {
    if (this.#worker !== undefined) endNow(this.#worker);
  }

  #send(worker: Worker, asked: Asked<R>): void {
    Atomics.add(this.#sent, 0, 1); // before it can arrive
    worker.postMessage(asked);
  }

  #start(): void {
    this.#startedMs = performance.now();
    // The source's own ending: what is compiled has another one, and a compiler does not see this name.
    const ending = import.meta.url.slice(import.meta.url.lastIndexOf("."));
    this.#sent = noneSent();
    const worker = new Worker(new URL(`./${this.#name}${ending}`, import.meta.url), {
      workerData: { ...this.#data, sent: this.#sent } satisfies ThreadData,
      ...quietly(),
    });
    this.#worker = worker;
    let why = "it has ended";
    worker.on("message", (said: Said<A>) => this.#hear(worker, said));
    worker.on("error", (error: unknown) => {
      why = error instanceof Error ? error.message : String(error);
      // Deno 2.5 does not say that it has ended.
      this.#over(worker, why);
    });
    worker.on("exit", () => this.#over(worker, why));
  }

  #hear(worker: Worker, said: Said<A>): void {
    if (!("type" in said)) return this.#answered(said);
    if (said.type === "closed" || said.type === "cannotOpen") {
      if (said.type === "cannotOpen") this.#events.noticed(said);
      this.#over(worker, said.type === "closed" ? "it has closed" : said.message);
      // A thread of Deno cannot close its own port, and one of Deno 2.5 would end without a word. Last, since Deno tells of
      // the end at once.
      return endNow(worker);
    }
    if (said.type === "released") return this.#events.released(said.files);
    this.#events.noticed(said);
  }

  #answered(answers: Extract<Said<A>, readonly unknown[]>): void {
    for (const [id, answer] of answers) {
      const waiting = this.#waiting.get(id);
      this.#waiting.delete(id);
      waiting?.settle(answer);
    }
  }

  #over(worker: Worker, why: string): void {
    if (this.#worker !== worker) return;
    this.#worker = undefined;
    const waiting = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const { settle } of waiting) settle(undefined);
    if (this.#ended !== undefined) return this.#ended();
    this.#events.died(why);
    if (this.#closing) return;
    this.#data = { ...this.#data, first: false };
    const waitMs = performance.now() - this.#startedMs > AGAIN_MS ? 0 : AGAIN_MS;
    if (waitMs === 0) this.#start();
    else this.#restart = setTimeout(() => this.#start(), waitMs);
  }
}

function noneSent(): Int32Array {
  return new Int32Array(new SharedArrayBuffer(4));
}

function endNow(worker: Worker): void {
  worker.terminate().catch(() => {
    // It has ended by itself.
  });
}

/** Node says on stderr that its SQLite is an experiment (22 and 24): not this thread's users' business. */
function quietly(): { readonly execArgv?: string[] } {
  if ("Deno" in globalThis || "Bun" in globalThis) return {};
  return { execArgv: ["--disable-warning=ExperimentalWarning"] };
}
