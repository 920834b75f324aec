import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Server, startServer } from "../contract/server.ts";
import type { Target } from "../matrix/targets.ts";
import { Account } from "./account.ts";
import { Publisher } from "./publisher.ts";
import { follow, wholeLog } from "./reading.ts";

/** How a server is put through its deaths. */
export interface CrashOptions {
  readonly target: Target;
  readonly kills: number;
  /** From 0 up to, and without, 1. */
  readonly random?: () => number;
  /** Hears of each death. */
  readonly onKill?: (killed: number) => void;
}

/** What came of it. */
export interface CrashReport {
  readonly acknowledged: number;
  /** How many deaths met something that was not acknowledged yet. */
  readonly midway: number;
  /** What does not fit; none, if all is well. */
  readonly violations: readonly string[];
}

const ROOMS = 3;
const PUBLISHERS = 4;
/** The longest a life lasts in ms, once something was acknowledged in it. */
const LIFE_MS = 400;

/**
 * Kills a server again and again at random moments under load (SIGKILL: it can do nothing about it), starts it again on
 * the same folder, and holds the log against what its clients know: what was acknowledged stands at its place, nothing
 * twice, no hole, nothing that nobody said, and a reader that resumes has missed and repeated nothing.
 */
export async function crashes({ target, kills, random = Math.random, onKill }: CrashOptions): Promise<CrashReport> {
  const data = mkdtempSync(join(tmpdir(), "greenroom-crash-"));
  const accounts = Array.from({ length: ROOMS }, (_, at) => new Account(`room_${at}`));
  const publishers = accounts.flatMap((account, room) =>
    Array.from({ length: PUBLISHERS }, (_, at) => new Publisher(`user_${room}_${at}`, account)),
  );
  const start = (): Promise<Server> =>
    startServer({
      target,
      env: { GREENROOM_LOG: "sqlite", GREENROOM_DATA: data, GREENROOM_DURABILITY: "power" },
      startWithinMs: 60_000,
    });
  /** Has everybody come; resolves when their connections are over. */
  const attend = ({ port }: Server): Promise<unknown> =>
    Promise.all([
      ...publishers.map((publisher) => publisher.publish(port)),
      ...accounts.map((account) => follow(port, account)),
    ]);
  const acknowledged = (): number => accounts.reduce((sum, account) => sum + account.acknowledged, 0);
  let midway = 0;
  try {
    for (let killed = 1; killed <= kills; killed += 1) {
      const server = await start();
      const attended = attend(server);
      // Most die at work, some before they have done anything.
      const before = acknowledged();
      if (random() < 0.8) await until(() => acknowledged() > before);
      await pause(random() * LIFE_MS);
      if (publishers.some(({ settled }) => !settled)) midway += 1;
      await server.stop();
      await attended;
      onKill?.(killed);
    }
    const server = await start();
    for (const publisher of publishers) publisher.end();
    const attended = attend(server);
    await until(() => publishers.every(({ settled }) => settled));
    for (const account of accounts) {
      const log = await wholeLog(server.port, account.room);
      await until(() => (account.since?.seq ?? 0) >= log.length);
      account.check(log);
    }
    if (/has failed|Error|damaged|new epochs/.test(server.output())) accounts[0]?.violations.push(server.output());
    await server.stop();
    await attended;
  } finally {
    rmSync(data, { recursive: true, force: true });
  }
  return {
    acknowledged: acknowledged(),
    midway,
    violations: accounts.flatMap(({ violations }) => violations),
  };
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

async function until(done: () => boolean, withinMs = 60_000): Promise<void> {
  for (const endMs = performance.now() + withinMs; !done(); await pause(20)) {
    if (performance.now() > endMs) throw new Error(`Cannot wait longer than ${withinMs} ms for everything to settle`);
  }
}
