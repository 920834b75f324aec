import { once } from "node:events";
import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads";
import { type FloodOptions, flood, floodFor } from "./flood.ts";

/** How much of a flood there is: so many commands, or so many ms of it. */
export type Amount = { readonly count: number } | { readonly ms: number };

interface Task {
  readonly options: FloodOptions;
  readonly amount: Amount;
}

/**
 * Floods from a thread of its own: whoever measures what others notice must not be kept from its clock by the flood that
 * it makes itself.
 */
export async function floodApart(options: FloodOptions, amount: Amount): Promise<void> {
  const task: Task = { options, amount };
  const worker = new Worker(new URL(import.meta.url), { workerData: task });
  await once(worker, "message"); // an error of the thread rejects this
  await worker.terminate();
}

if (!isMainThread && parentPort !== null) {
  const { options, amount } = workerData as Task;
  if ("count" in amount) await flood(options, amount.count);
  else await floodFor(options, amount.ms);
  parentPort.postMessage("done");
}
