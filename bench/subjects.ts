import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { availableParallelism } from "node:os";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { binaryOf, type Runtime } from "../test/matrix/targets.ts";

/** Something that serves rooms, ours or a control. */
export interface Subject {
  readonly runtime: Runtime;
  /** What stands between the binary and the program. */
  readonly args?: readonly string[];
  /** The program, from the root of a checkout. */
  readonly main: string;
  readonly env?: Readonly<Record<string, string>>;
  /** The subject it is measured against: the same sockets without us. */
  readonly control?: string;
  readonly format?: "batch";
}

const DENO = ["run", "-A", "--no-lock", "--no-check"] as const;
const OURS = "src/main.ts";

/** All that is measured, by the name it has in the tables; a control stands behind those it belongs to. */
export const subjects: Readonly<Record<string, Subject>> = {
  node: { runtime: "driver", main: OURS, control: "ws-node" },
  "ws-node": { runtime: "driver", main: "bench/controls/ws-loop.ts" },
  bun: { runtime: "bun", main: OURS, control: "publish-bun" },
  "publish-bun": { runtime: "bun", main: "bench/controls/bun-publish.ts" },
  "deno-node": { runtime: "deno", args: DENO, main: OURS, env: { GREENROOM_TRANSPORT: "node" }, control: "ws-deno" },
  "ws-deno": { runtime: "deno", args: DENO, main: "bench/controls/ws-loop.ts" },
  "deno-native": {
    runtime: "deno",
    args: DENO,
    main: OURS,
    env: { GREENROOM_TRANSPORT: "native" },
    control: "loop-deno",
  },
  "deno-native-batch": {
    runtime: "deno",
    args: DENO,
    main: OURS,
    env: { GREENROOM_TRANSPORT: "native" },
    control: "loop-deno",
    format: "batch",
  },
  "loop-deno": { runtime: "deno", args: DENO, main: "bench/controls/deno-loop.ts" },
};

/** A subject that runs. */
export interface Running {
  readonly port: number;
  readonly pid: number;
  stop(): Promise<void>;
}

const START_WITHIN_MS = 20_000;
const here = fileURLToPath(new URL("..", import.meta.url));

/** Everything but the rate limits is on; the log is in memory. */
const env = { HOST: "127.0.0.1", GREENROOM_LOG: "memory", GREENROOM_RATE_LIMITS: "off", NODE_ENV: "production" };

/** Starts a subject on a core of its own, where there are several; `root`: of which checkout. */
export async function start(
  subject: Subject,
  { root = here, more = {}, flags = [] }: StartOptions = {},
): Promise<Running> {
  const { runtime, args = [], main } = subject;
  const [command, ...rest] = onCore(0, [binaryOf(runtime), ...flags, ...args, main]);
  const child = spawn(command as string, rest, {
    cwd: main === OURS ? root : here, // controls are always of this checkout
    env: { ...process.env, ...env, PORT: "0", ...subject.env, ...more },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let said = "";
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  const port = await new Promise<number>((resolve, reject) => {
    const fail = (): void => reject(new Error(`Cannot start ${main}: ${said.slice(-500)}`));
    const deadline = setTimeout(fail, START_WITHIN_MS);
    const look = (chunk: Buffer): void => {
      said = (said + String(chunk)).slice(-4_000);
      const address = /http:\/\/127\.0\.0\.1:(\d+)/.exec(said);
      if (address === null) return;
      clearTimeout(deadline);
      resolve(Number(address[1]));
    };
    child.stdout.on("data", look);
    child.stderr.on("data", look);
    void ended.then(fail);
  });
  return {
    port,
    pid: child.pid ?? 0,
    async stop() {
      child.kill("SIGKILL");
      await ended;
    },
  };
}

/** How a subject is started. */
export interface StartOptions {
  /** The folder of the checkout it is taken from; this one, when left out. */
  readonly root?: string;
  readonly more?: Readonly<Record<string, string>>;
  /** For the runtime itself. */
  readonly flags?: readonly string[];
}

const taskset = ["/usr/bin/taskset", "/bin/taskset"].find((path) => existsSync(path));

/** A command that keeps to one core, where the machine has more of them and can do that. */
export function onCore(core: number, command: readonly string[]): readonly string[] {
  return taskset === undefined || availableParallelism() < 2 ? command : [taskset, "-c", String(core), ...command];
}
