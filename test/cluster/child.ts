import { spawn } from "node:child_process";
import { once } from "node:events";
import process from "node:process";
import { root } from "../matrix/targets.ts";

/** A process of ours. */
export interface Child {
  readonly pid: number;
  /** Resolves with the exit code, or with the signal's name. */
  readonly exited: Promise<number | string>;
  alive(): boolean;
  /** What it has said last. */
  output(): string;
  signal(name: NodeJS.Signals): void;
  /** Ends it at once, and resolves when it has ended. */
  kill(): Promise<void>;
}

/** How much of what a process says is kept, in UTF-16 units. */
const KEPT = 65_536;

const running = new Set<Child>();
// Whoever ends early takes its processes with it.
process.once("exit", () => {
  for (const child of running) child.signal("SIGKILL");
});

/**
 * Starts a process in a group of its own: Ctrl-C in a terminal is for the one who has started it, who ends it in order.
 *
 * @throws {Error} where there is no such program.
 */
export async function startChild(
  [program = "", ...args]: readonly string[],
  {
    env = process.env,
    onOutput,
  }: { readonly env?: NodeJS.ProcessEnv; readonly onOutput?: (text: string) => void } = {},
): Promise<Child> {
  const spawned = spawn(program, args, { cwd: root, env, detached: true, stdio: ["ignore", "pipe", "pipe"] });
  await Promise.race([
    once(spawned, "spawn"),
    once(spawned, "error").then(([error]) => Promise.reject(error as Error)),
  ]);
  const pid = spawned.pid as number;
  let said = "";
  for (const stream of [spawned.stdout, spawned.stderr]) {
    stream.on("data", (chunk: Buffer) => {
      said = `${said}${chunk.toString()}`.slice(-KEPT);
      onOutput?.(said);
    });
  }
  const exited = once(spawned, "close").then(([code, signal]: (number | string | null)[]) => {
    running.delete(child);
    return code ?? signal ?? "nothing";
  });
  const child: Child = {
    pid,
    exited,
    alive: () => running.has(child),
    output: () => said,
    signal(name) {
      if (running.has(child)) process.kill(pid, name);
    },
    async kill() {
      child.signal("SIGKILL");
      await exited;
    },
  };
  running.add(child);
  return child;
}

/** A port that was free a moment ago, below those that systems give to outgoing connections. */
export function randomPort(): number {
  return 16_384 + Math.floor(Math.random() * 16_000);
}
