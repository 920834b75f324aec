import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { debuglog } from "node:util";
import { binaryOf } from "../test/matrix/targets.ts";
import type { Job } from "./load/main.ts";
import { onCore, type Running, type StartOptions, type Subject, start } from "./subjects.ts";
import type { Result } from "./suites.ts";

const LONGEST_MS = 120_000;
/** With `NODE_DEBUG=bench`, each run is shown as it ends. */
const log = debuglog("bench");
const generator = fileURLToPath(new URL("load/main.ts", import.meta.url));

/** Starts a subject, gives it one job, and ends it; answers what the load says. */
export async function measured(subject: Subject, job: Job, options: StartOptions = {}): Promise<Result> {
  const running = await start(subject, options);
  try {
    return await loaded(running, job.type === "fan-out" ? { ...job, format: subject.format ?? "v1" } : job);
  } finally {
    await running.stop();
  }
}

/** Gives a running server one job, from another core where there is one. */
export async function loaded({ port, pid }: Pick<Running, "port" | "pid">, job: Job): Promise<Result> {
  const args = [generator, String(port), String(pid), JSON.stringify(job)];
  const result = await output([binaryOf("driver"), ...args], 1);
  log("%j %j", job, result);
  return result;
}

/** Runs a program to its end on a core, and reads the JSON it prints. */
export async function output(program: readonly string[], core: number): Promise<Result> {
  const [command, ...args] = onCore(core, program);
  const child = spawn(command as string, args, { stdio: ["ignore", "pipe", "pipe"] });
  const deadline = setTimeout(() => child.kill("SIGKILL"), LONGEST_MS);
  let [said, failed] = ["", ""];
  child.stdout.on("data", (chunk: Buffer) => {
    said += String(chunk);
  });
  child.stderr.on("data", (chunk: Buffer) => {
    failed += String(chunk);
  });
  const code = await new Promise<number | null>((resolve) => child.once("close", resolve));
  clearTimeout(deadline);
  if (code !== 0) throw new Error(`Cannot measure: ${failed.slice(-1_000) || `exit code ${code}`}`);
  return JSON.parse(said) as Result;
}
