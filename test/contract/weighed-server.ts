/**
 * The server's command, on a process that says what it holds: on SIGUSR2 it has its garbage collected and prints how much
 * is left of its heap, in MiB. Node and Deno need V8's `--expose-gc` for that.
 */
import process from "node:process";

interface Engine {
  readonly gc?: () => void;
  readonly Bun?: { gc(atOnce: boolean): void };
}

const { gc, Bun } = globalThis as Engine;
let weighed = 0;

process.on("SIGUSR2", () => {
  // What finalizers let go of is garbage for the second one.
  for (let times = 0; times < 2; times += 1) {
    if (Bun !== undefined) Bun.gc(true);
    else if (gc !== undefined) gc();
    else throw new Error("Cannot weigh this process: its garbage can't be collected");
  }
  const { heapUsed, external } = process.memoryUsage();
  weighed += 1;
  process.stdout.write(`weighed ${weighed}: ${(heapUsed + external) / 1024 ** 2} MiB\n`);
});

await import("../../src/main.ts");
