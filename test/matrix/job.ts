import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import process from "node:process";
import { binaryOf, type Runtime, root } from "./targets.ts";

/** One vitest run of the matrix. */
export interface Job {
  readonly kind: "unit" | "redis" | "house" | "contract" | "cluster" | "browser";
  readonly target: string;
  readonly runtime: Runtime;
  /** What stands between the binary and vitest. */
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** The exceptions this run must have met, by test name. */
  readonly exceptions: readonly string[];
  /** The files it is about, by a part of their names, where those are not all. */
  readonly suites?: readonly string[];
}

/** A test, or a whole file, that did not do as it should. */
export interface Failure {
  readonly name: string;
  readonly message: string;
}

/** What came of a job. */
export interface Outcome {
  readonly job: Job;
  readonly passed: number;
  readonly failures: readonly Failure[];
  /** Tests that failed just as the written list says they do. */
  readonly exceptions: readonly string[];
  readonly seconds: number;
}

/** The part of vitest's JSON report that is read here. */
interface Report {
  readonly testResults: readonly {
    readonly name: string;
    readonly status: string;
    readonly message: string;
    readonly assertionResults: readonly {
      readonly fullName: string;
      readonly status: string;
      readonly failureMessages: readonly string[];
      readonly meta?: { readonly exception?: string };
    }[];
  }[];
}

const longestMs = 480_000;
const running = new Set<ChildProcess>();

/** Ends what is still running: an interrupted matrix leaves no server behind. */
export function endJobs(): void {
  for (const child of running) endGroup(child);
}

/** Runs one job to its end and reads its report. A run that dies, hangs or leaves no report is a failure of its own. */
export async function runJob(job: Job, filters: readonly string[] = []): Promise<Outcome> {
  const startedMs = performance.now();
  const outcome = (rest: Pick<Outcome, "passed" | "failures" | "exceptions">): Outcome => ({
    job,
    ...rest,
    seconds: (performance.now() - startedMs) / 1000,
  });
  const folder = mkdtempSync(join(tmpdir(), "greenroom-matrix-"));
  try {
    const reportFile = join(folder, "report.json");
    const chosen = filters.length > 0 ? filters : (job.suites ?? []);
    const ended = await runVitest(job, { reportFile, filters: chosen });
    const report = readReport(reportFile);
    if (report === undefined) {
      return outcome({
        passed: 0,
        exceptions: [],
        failures: [{ name: "the run leaves a report", message: ended.output }],
      });
    }
    return outcome(judge(job, { report, ended, partial: filters.length > 0 }));
  } catch (error) {
    return outcome({ passed: 0, exceptions: [], failures: [{ name: "the run starts", message: String(error) }] });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

interface Ended {
  readonly status: string;
  readonly ok: boolean;
  readonly output: string;
}

function runVitest(
  job: Job,
  { reportFile, filters }: { reportFile: string; filters: readonly string[] },
): Promise<Ended> {
  const vitest = [
    ...job.args,
    "node_modules/vitest/vitest.mjs",
    "run",
    ...filters,
    `--project=${job.kind}`,
    "--pool=forks",
    "--reporter=json",
    `--outputFile=${reportFile}`,
  ];
  // A group of its own, so that forks and the servers they started can be ended with it.
  const child = spawn(binaryOf(job.runtime), vitest, {
    cwd: root,
    env: { ...process.env, ...job.env },
    detached: true,
  });
  running.add(child);
  const tail: string[] = [];
  const keep = (chunk: Buffer): void => {
    tail.push(chunk.toString());
    if (tail.length > 50) tail.shift();
  };
  child.stdout.on("data", keep);
  child.stderr.on("data", keep);
  return new Promise((resolve, reject) => {
    let status = "";
    const deadline = setTimeout(() => {
      status = `no end within ${longestMs / 1000} s`;
      endGroup(child);
    }, longestMs);
    child.on("error", reject);
    child.on("close", (code, signal) => {
      clearTimeout(deadline);
      running.delete(child);
      status ||= signal === null ? `exit code ${code}` : `signal ${signal}`;
      resolve({ status, ok: code === 0, output: `${status}\n${tail.join("").slice(-4_000)}` });
    });
  });
}

function endGroup(child: ChildProcess): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, "SIGKILL");
  } catch {
    // It ended by itself in the meantime.
  }
}

function readReport(file: string): Report | undefined {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as Report;
  } catch {
    return undefined;
  }
}

function judge(
  job: Job,
  { report, ended, partial }: { report: Report; ended: Ended; partial: boolean },
): Pick<Outcome, "passed" | "failures" | "exceptions"> {
  const failures: Failure[] = [];
  const exceptions: string[] = [];
  const seen = new Set<string>();
  let passed = 0;
  for (const file of report.testResults) {
    const path = relative(root, file.name);
    for (const { fullName, status, failureMessages, meta } of file.assertionResults) {
      seen.add(fullName);
      const name = `${path} › ${fullName}`;
      if (status !== "passed")
        failures.push({
          name,
          message: failureMessages.join("\n") || `Cannot count a test that is ${status}: nothing is skipped here`,
        });
      else if (meta?.exception !== undefined) exceptions.push(fullName);
      else passed++;
    }
    const hidden = file.status === "failed" && file.assertionResults.every(({ status }) => status === "passed");
    if (hidden || file.assertionResults.length === 0)
      failures.push({ name: path, message: file.message || "Cannot find a test in this file" });
  }
  if (report.testResults.length === 0) failures.push({ name: "the run finds tests", message: ended.output });
  for (const name of partial ? [] : job.exceptions) {
    if (!seen.has(name)) failures.push({ name, message: "Cannot find this test: remove it from the exceptions" });
  }
  // Unhandled errors outside any test make vitest fail without a failed test.
  if (!ended.ok && failures.length === 0) failures.push({ name: "the run ends well", message: ended.output });
  return { passed, failures, exceptions };
}
