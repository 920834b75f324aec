import { type ChildProcess, spawn } from "node:child_process";
import { randomInt } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { createClient } from "@redis/client";
import { here, type Place } from "../../cluster/place.ts";

/** A Redis of a test's own. */
export interface RedisServer {
  readonly url: string;
  readonly port: number;
  /** Sends one command, on a connection of its own. */
  say(...command: readonly string[]): Promise<unknown>;
  signal(signal: "SIGSTOP" | "SIGCONT"): void;
  /** Ends it at once, as a crash does. */
  kill(): Promise<void>;
  /** Starts it again where it was, with what it has kept. */
  start(): Promise<void>;
  /** Ends it, and takes away what it has kept. */
  remove(): Promise<void>;
}

const processes = new Set<ChildProcess>();
// Whoever ends early takes its servers with it.
process.once("exit", () => {
  for (const left of processes) left.kill("SIGKILL");
});

/** What keeps nothing. */
export const FORGETFUL = ["--save", "", "--appendonly", "no"];
/** What has everything on the disk before it answers. */
export const CAREFUL = ["--save", "", "--appendonly", "yes", "--appendfsync", "always"];

/** Where a Redis is started. */
export interface StartOptions {
  readonly place?: Place;
  /** Whether it is in a group of its own, and not of what a terminal ends by Ctrl-C. */
  readonly apart?: boolean;
}

/**
 * Starts the machine's redis-server on a free port, in a folder of its own.
 *
 * @throws {Error} where there is none: a missing server is a failure, and no skip.
 */
export async function startRedis(
  settings: readonly string[] = FORGETFUL,
  { place = here, apart = false }: StartOptions = {},
): Promise<RedisServer> {
  const folder = mkdtempSync(join(tmpdir(), "greenroom-redis-"));
  for (let attempt = 1; ; attempt += 1) {
    const server = serverOn(randomPort(), { folder, settings, place, apart });
    try {
      await server.start();
      return server;
    } catch (error) {
      await server.kill();
      // Somebody else may have had that port.
      if (attempt < 10 && !(error instanceof NotInstalled)) continue;
      rmSync(folder, { recursive: true, force: true });
      throw error;
    }
  }
}

class NotInstalled extends Error {}

function serverOn(
  port: number,
  { folder, settings, place, apart }: Required<StartOptions> & { folder: string; settings: readonly string[] },
): RedisServer {
  const url = `redis://${place.host}:${port}`;
  let running: ChildProcess | undefined;

  async function say(...command: readonly string[]): Promise<unknown> {
    const client = createClient({ url, disableOfflineQueue: true, socket: { reconnectStrategy: false } });
    client.on("error", () => undefined);
    try {
      await client.connect();
      return await client.sendCommand(command as string[]);
    } finally {
      if (client.isOpen) client.destroy();
    }
  }

  async function start(): Promise<void> {
    const address = ["--port", String(port), "--bind", place.host, "--protected-mode", "no"];
    const args = [...address, "--dir", folder, "--loglevel", "warning", ...settings];
    const [program = "", ...rest] = [...place.before, "redis-server", ...args];
    const started = spawn(program, rest, { stdio: "ignore", detached: apart });
    running = started;
    processes.add(started);
    let failure: Error | undefined;
    started.once("error", (error) => {
      const how = "`apt-get install redis-server`";
      const text = `Cannot start Redis: there is no redis-server on this machine; ${how}`;
      failure = new NotInstalled(text, { cause: error });
    });
    started.once("exit", (code) => {
      failure ??= new Error(`Cannot go on: redis-server has ended with ${code}`);
    });
    for (;;) {
      if (failure !== undefined) throw failure;
      const said = await say("INFO", "server").catch(String);
      // It, and nobody else who had that port.
      if (String(said).includes(`process_id:${started.pid}\r`)) return;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  async function kill(): Promise<void> {
    const ended = running;
    running = undefined;
    if (ended === undefined) return;
    processes.delete(ended);
    if (ended.pid === undefined || ended.exitCode !== null || ended.signalCode !== null) return;
    const over = once(ended, "exit");
    signalTo(ended, "SIGKILL");
    await over;
  }

  return {
    url,
    port,
    say,
    start,
    kill,
    signal(signal) {
      if (running !== undefined) signalTo(running, signal);
    },
    async remove() {
      await kill();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** By its id: Deno's ChildProcess takes no second signal (2.9.5). */
function signalTo({ pid }: ChildProcess, signal: NodeJS.Signals): void {
  if (pid !== undefined) process.kill(pid, signal);
}

/** Below those that systems give to outgoing connections: one that comes back again and again could meet itself there. */
export function randomPort(): number {
  return 16_384 + randomInt(16_000);
}
