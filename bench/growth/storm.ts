import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { debuglog } from "node:util";
import { Watch } from "../../test/fuzz/watch.ts";
import { binaryOf } from "../../test/matrix/targets.ts";
import type { ReturningJob } from "../load/returning.ts";
import { wait } from "../load/wait.ts";
import { onCore, type Running, type Subject, start, subjects } from "../subjects.ts";
import type { Result } from "../suites.ts";
import { figure, table } from "../table.ts";
import type { Growth } from "./growth.ts";

const MEMBERS = 10_000;
const EVERY_MS = 20;
const QUIET_MS = 4_000;
const log = debuglog("bench");
/** How clients come back: as fast as they are let in, and spread as a client's own jitter does. */
const SPREADS = [0, 8_000];
const generator = fileURLToPath(new URL("../load/main.ts", import.meta.url));

/** Everybody is cut and comes back with `since`; another client, in a process of its own, says what it notices. */
export const storm: Growth = async ({ names, root, part }) => {
  const members = Math.round(MEMBERS * part);
  const rows: string[][] = [];
  for (const name of names) {
    for (const spreadMs of SPREADS) {
      const job = {
        type: "returning",
        members,
        rooms: 100,
        missed: 20,
        atOnce: 256,
        spreadMs,
        quietMs: QUIET_MS,
      } as const;
      const server = await start(subjects[name] as Subject, { root });
      try {
        const { quiet, meanwhile, result } = await returned(server, job);
        log("%j %j %j %j", job, result, quiet, meanwhile);
        rows.push([
          `${name}, ${spreadMs === 0 ? "all at once" : `spread over ${spreadMs / 1_000} s`}`,
          figure(result["seconds"] ?? Number.NaN),
          figure(result["cpuSeconds"] ?? Number.NaN),
          figure(quiet.p99),
          figure(meanwhile.p99),
          figure(meanwhile.longest),
          figure(result["lost"] ?? Number.NaN),
        ]);
      } finally {
        await server.stop();
      }
    }
  }
  const head = ["", "s until all are back", "CPU s", "others' p99 ms, quiet", "meanwhile", "longest", "not made whole"];
  return `### Reconnect storm: ${figure(members)} clients with \`since\`, 20 messages missed\n\n${table(head, rows)}\n`;
};

async function returned({ port, pid }: Running, job: ReturningJob) {
  const watch = new Watch(`ws://127.0.0.1:${port}/ws/bystander?name=bystander`, EVERY_MS);
  const args = ["nice", "-n", "10", binaryOf("driver"), generator, String(port), String(pid), JSON.stringify(job)];
  const [command, ...rest] = onCore(1, args);
  const child = spawn(command as string, rest, { stdio: ["ignore", "pipe", "pipe"] });
  let said = "";
  child.stdout.on("data", (chunk: Buffer) => {
    said += String(chunk);
  });
  let failed = "";
  const marks = {
    quiet: Promise.withResolvers<void>(),
    cut: Promise.withResolvers<void>(),
    back: Promise.withResolvers<void>(),
  };
  child.stderr.on("data", (chunk: Buffer) => {
    failed += String(chunk);
    for (const [mark, { resolve }] of Object.entries(marks)) if (failed.includes(`${mark}\n`)) resolve();
  });
  const ended = new Promise<void>((resolve, reject) => {
    child.once("close", (code) => (code === 0 ? resolve() : reject(new Error(`Cannot measure: ${failed}`))));
  });
  try {
    // While members connect for the first time, nothing is quiet.
    await Promise.race([marks.quiet.promise, ended]);
    await watch.mark();
    await wait(QUIET_MS - 500);
    const quiet = await watch.mark();
    await Promise.race([marks.cut.promise, ended]);
    await watch.mark();
    await Promise.race([marks.back.promise, ended]);
    const meanwhile = await watch.mark();
    await ended;
    return { quiet, meanwhile, result: JSON.parse(said) as Result };
  } finally {
    watch.end();
    child.kill("SIGKILL");
  }
}
