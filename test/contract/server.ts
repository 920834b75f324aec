import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import process from "node:process";
import { binaryOf, root, type Target } from "../matrix/targets.ts";
import { target as targetAtHand } from "./contract-test.ts";
import { canary, keepSecretsOf, leaksIn } from "./watchword.ts";

/** How a server is started; `env` and `args` are settings on top of the suite's own. */
export interface ServerOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly args?: readonly string[];
  /** What it stands on, where that is not the target at hand. */
  readonly target?: Target;
  /** How long it may take to say where it listens in ms. */
  readonly startWithinMs?: number;
  /** The program, from the root of the repository, where it is not the server's own command. */
  readonly main?: string;
}

/** A running server, seen from outside. */
export interface Server {
  readonly port: number;
  readonly pid: number;
  /** Resolves with the exit code, or with the signal's name. */
  readonly exited: Promise<number | string>;
  /** Everything it has said so far, for a failure's message. */
  output(): string;
  alive(): boolean;
  /** Resident memory in MiB (Linux). */
  residentMiB(): number;
  signal(name: "SIGTERM" | "SIGINT" | "SIGKILL" | "SIGUSR2"): void;
  /** Ends it at once. */
  stop(): Promise<void>;
}

/** What a server said that did not stay. */
export interface Exit {
  readonly code: number | string;
  readonly stdout: string;
  readonly stderr: string;
}

const START_WITHIN_MS = 25_000;
const suiteEnv = {
  PORT: "0",
  HOST: "127.0.0.1",
  GREENROOM_LOG: "memory",
  GREENROOM_RATE_LIMITS: "off",
  GREENROOM_ADMIN_TOKEN: canary,
};

/** Starts the server on the target at hand and resolves once it says where it listens. */
export async function startServer(options: ServerOptions = {}): Promise<Server> {
  const { startWithinMs = START_WITHIN_MS } = options;
  const { child, said, exited } = spawnServer(options);
  const port = await new Promise<number>((resolve, reject) => {
    const fail = (why: string): void =>
      reject(new Error(`Cannot start the server: ${why}\n${said.stdout}${said.stderr}`));
    const deadline = setTimeout(() => {
      child.kill("SIGKILL");
      fail(`no address within ${startWithinMs} ms`);
    }, startWithinMs);
    child.stdout?.on("data", function look() {
      const address = /http:\/\/127\.0\.0\.1:(\d+)/.exec(said.stdout);
      if (address === null) return;
      clearTimeout(deadline);
      child.stdout?.off("data", look);
      resolve(Number(address[1]));
    });
    void exited.then((code) => {
      clearTimeout(deadline);
      fail(`it exited with ${code}`);
    });
  });
  return {
    port,
    pid: child.pid ?? 0,
    exited,
    output: () => `${said.stdout}${said.stderr}`,
    alive: () => child.exitCode === null && child.signalCode === null,
    residentMiB: () => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, "utf8"))?.[1]) / 1024,
    signal: (name) => void child.kill(name),
    async stop() {
      child.kill("SIGKILL");
      await exited;
      const leaks = leaksIn(`${said.stdout}${said.stderr}`);
      if (leaks.length > 0) throw new Error(`Cannot let this pass: the server has printed ${leaks.join(", ")}`);
    },
  };
}

/** Runs the server's command where it is expected to end by itself: `--help`, or a setting it refuses. */
export async function runServer(options: ServerOptions = {}): Promise<Exit> {
  const { child, said, exited } = spawnServer(options);
  const deadline = setTimeout(() => child.kill("SIGKILL"), START_WITHIN_MS);
  const code = await exited;
  clearTimeout(deadline);
  return { code, ...said };
}

interface Spawned {
  readonly child: ChildProcess;
  readonly said: { stdout: string; stderr: string };
  readonly exited: Promise<number | string>;
}

function spawnServer(options: ServerOptions): Spawned {
  const { env = {}, args = [], main = "src/main.ts" } = options;
  const { runtime, args: before, env: targetEnv }: Target = options.target ?? targetAtHand;
  keepSecretsOf(env);
  // A folder that nobody else has, unless the test brings one.
  const data = mkdtempSync(join(tmpdir(), "greenroom-data-"));
  const child = spawn(binaryOf(runtime), [...before, main, ...args], {
    cwd: root,
    env: {
      PATH: process.env.PATH,
      HOME: process.env.HOME,
      NO_COLOR: "1",
      DENO_NO_UPDATE_CHECK: "1",
      GREENROOM_DATA: data,
      GREENROOM_REDIS_PREFIX: `${basename(env["GREENROOM_DATA"] ?? data)}:`,
      ...suiteEnv,
      ...targetEnv,
      ...env,
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const said = { stdout: "", stderr: "" };
  child.stdout.on("data", (chunk: Buffer) => (said.stdout += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (said.stderr += chunk.toString()));
  // A worker that is ended early takes its servers with it.
  const end = (): void => {
    child.kill("SIGKILL");
    rmSync(data, { recursive: true, force: true });
  };
  process.once("exit", end);
  const exited = once(child, "close").then(([code, signal]: (number | string | null)[]) => {
    process.off("exit", end);
    rmSync(data, { recursive: true, force: true });
    return code ?? signal ?? "nothing";
  });
  return { child, said, exited };
}
