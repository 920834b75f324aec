import { once } from "node:events";
import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads";
import { type FloodOptions, flood } from "./flood.ts";

interface Task {
  readonly options: FloodOptions;
  readonly count: number;
}

/**
 * Floods from a thread of its own: whoever measures what others notice must not be kept from its clock by the flood that
 * it makes itself.
 */
export async function floodApart(options: FloodOptions, count: number): Promise<void> {
  const task: Task = { options, count };
  const worker = new Worker(new URL(import.meta.url), { workerData: task });
  await once(worker, "message"); // an error of the thread rejects this
  await worker.terminate();
}

if (!isMainThread && parentPort !== null) {
  const { options, count } = workerData as Task;
  await flood(options, count);
  parentPort.postMessage("done");
}
