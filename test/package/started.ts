import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import process from "node:process";
import { root } from "../matrix/targets.ts";

/** A command that has been started, seen from outside. */
export interface Started {
  readonly child: ChildProcess;
  /** Resolves with the exit code, or with the name of the signal that ended it. */
  readonly exited: Promise<number | string>;
  /** All it has said so far. */
  said(): { stdout: string; stderr: string };
  /** Resolves with the first match in what it says on stdout; rejects when it ends before that. */
  says(pattern: RegExp): Promise<RegExpExecArray>;
}

/** Starts a command with nothing of this test run's settings; it is ended with the test run at the latest. */
export function start(command: string, args: readonly string[], options: { cwd?: string; env?: object } = {}): Started {
  const { cwd = root, env = {} } = options;
  const { PATH, HOME } = process.env;
  const child = spawn(command, args, {
    cwd,
    env: { PATH, HOME, NO_COLOR: "1", DENO_NO_UPDATE_CHECK: "1", HOST: "127.0.0.1", PORT: "0", ...env },
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
  });
  const said = { stdout: "", stderr: "" };
  child.stdout.on("data", (chunk: Buffer) => (said.stdout += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (said.stderr += chunk.toString()));
  const end = (): void => endGroup(child);
  process.once("exit", end);
  const exited = once(child, "close").then(([code, signal]: (number | string | null)[]) => {
    process.off("exit", end);
    return code ?? signal ?? "nothing";
  });
  return { child, exited, said: () => said, says };

  function says(pattern: RegExp): Promise<RegExpExecArray> {
    return new Promise((resolve, reject) => {
      const look = (): void => {
        const found = pattern.exec(said.stdout);
        if (found !== null) resolve(found);
      };
      child.stdout.on("data", look);
      look();
      const over = (why: unknown): void =>
        reject(
          new Error(
            `Cannot find ${pattern} in what ${command} ${args.join(" ")} said: ${why}\n${said.stdout}${said.stderr}`,
          ),
        );
      exited.then((code) => over(`it ended with ${code}`), over);
    });
  }
}

/** Ends a command and all it has started, at once. */
export function endGroup({ pid }: ChildProcess): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // It has ended by itself.
  }
}
