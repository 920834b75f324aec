import process from "node:process";
import { Hono } from "hono";
import { defaultLimits } from "../actors/wire/mod.ts";
import { greenroom } from "../greenroom.ts";
import { ticker } from "../hosts/ticker.ts";
import { problem } from "../routes/problem.ts";
import { version } from "../version.ts";
import { backupTo } from "./backup-command.ts";
import { cautionFor, type Setup } from "./caution.ts";
import { type Config, type Environment, help, readConfig } from "./config.ts";
import { forDenoDeploy } from "./deno-deploy.ts";
import { doctor } from "./doctor.ts";
import { checkedDoor } from "./door-options.ts";
import { fileKeeping } from "./file-keeping.ts";
import { realPorts } from "./ports.ts";
import { redisFound } from "./redis-found.ts";
import { report } from "./report.ts";
import type { ServeOptions, Server } from "./server.ts";
import { storageFor } from "./storage.ts";
import { tokenFor, tokenHelp } from "./token-command.ts";

/** How long a runtime may take to stop listening once every connection is closed. */
const CLOSING_MS = 500;

/** What a server stands on. */
interface Sockets extends Setup {
  readonly serve: (options: ServeOptions) => Promise<Server>;
}

/**
 * The sockets to serve with. Of two transports, `auto` takes the faster one for plain clients: on Deno that of
 * `node:http`, which writes a turn's frames at once (20 publishers, 1,000 members: 1.0 M deliveries per CPU second
 * against 0.13 M natively), but for 2.5, where it cannot refuse an upgrade.
 */
async function serverFor({ transport }: Config): Promise<Sockets> {
  const viaNode = async (): Promise<Sockets> => ({ serve: (await import("./node.ts")).serve, nativeDeno: false });
  if (transport === "node") return viaNode();
  if ("Bun" in globalThis) return { serve: (await import("./bun.ts")).serve, nativeDeno: false };
  if (!("Deno" in globalThis)) return viaNode();
  const { headersCanBeSet, serve } = await import("./deno.ts");
  return transport === "auto" && headersCanBeSet() ? viaNode() : { serve, nativeDeno: true };
}

/** Runs the `greenroom` command; resolves once it has ended, or has said what there was to say. */
export async function command(args: readonly string[], env: Environment): Promise<void> {
  try {
    if (args[0] === "token") return await printToken(args.slice(1), env);
    if (args[0] === "backup") return void process.stdout.write(await backupTo(args.slice(1), env));
    const examined = args[0] === "doctor";
    const asked = readConfig(examined ? args.slice(1) : args, env);
    if (asked.type === "run") for (const warning of asked.warnings) warn(warning);
    if (asked.type === "help") process.stdout.write(help());
    else if (asked.type === "version") process.stdout.write(`${version}\n`);
    else if (examined) await examine(asked.config);
    else await run(forDenoDeploy(asked.config, env));
  } catch (error) {
    process.stderr.write(`greenroom: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 2;
  }
}

async function printToken(args: readonly string[], env: Environment): Promise<void> {
  const help = args.includes("--help") || args.includes("-h");
  process.stdout.write(help ? tokenHelp : `${await tokenFor(args, env, Date.now())}\n`);
}

/** Prints who would get in; what would keep the server from starting is an error here as well. */
async function examine(config: Config): Promise<void> {
  const door = await checkedDoor(config);
  const caution = cautionFor(config, await serverFor(config));
  const examined = { ...caution, ...(await redisFound(config)) };
  process.stdout.write(doctor(config, door, examined));
  if (examined.refusal !== undefined) process.exitCode = 2;
}

async function run(config: Config): Promise<void> {
  const door = await checkedDoor(config);
  const { serve, ...setup } = await serverFor(config);
  const { refusal, warnings } = cautionFor(config, setup);
  if (refusal !== undefined) throw new Error(refusal);
  for (const warning of warnings) warn(warning);
  const { port, host: hostname, heartbeatMs, drainMs, roomIdleMs } = config;
  const kept = fileKeeping(config);
  const { limits, ...storage } = await storageFor(config);
  const room = greenroom({
    ...storage,
    door,
    rateLimits: config.rateLimits === "on",
    ...kept,
    echo: config.echo,
    page: config.page === "on",
    hosts: config.ticker === "on" ? [ticker()] : [],
    limits: { ...limits, heartbeatMs, deadAfterMs: Math.round(heartbeatMs * 1.2), drainMs, roomIdleMs },
    ports: realPorts(),
    observe: report,
  });
  const app = new Hono();
  app.route("/", room.routes);
  app.notFound(() => problem(404, "Cannot find anything here"));
  app.onError(() => problem(500, "Cannot answer"));
  const larger = config.echo === "conformance" ? { maxMessageBytes: defaultLimits.conformanceBytes } : {};
  const server = await serve({ port, hostname, fetch: app.fetch, ...larger }).catch(async (error: unknown) => {
    await room.drain({ deadlineMs: CLOSING_MS }); // the log's threads would keep the process alive
    throw listenError(error, config);
  });
  let ending = false;
  async function end(): Promise<void> {
    if (ending) return;
    ending = true;
    // Whatever holds this up, it comes to an end.
    setTimeout(() => process.exit(1), drainMs + 2 * CLOSING_MS);
    const orderly = await room.drain({ deadlineMs: drainMs });
    // Deno 2.5 waits for requests that never come to an end.
    await Promise.race([server.close(), new Promise((resolve) => setTimeout(resolve, CLOSING_MS))]);
    if (!orderly)
      process.stderr.write(`greenroom: some connections were cut: they did not close within ${drainMs} ms\n`);
    process.exit(0);
  }
  process.on("SIGTERM", () => void end());
  process.on("SIGINT", () => void end());
  // Only now, so that whoever reads it may end the server by a signal at once.
  process.stdout.write(`Greenroom is listening on ${server.url}\n`);
  await server.ended;
  if (ending) return;
  process.stderr.write("greenroom: the server has stopped listening\n");
  process.exit(1);
}

function warn(text: string): void {
  process.stderr.write(`greenroom: warning: ${text}\n`);
}

/** Says which setting an address comes from that cannot be listened on. */
function listenError(error: unknown, { port, host }: Config): Error {
  const text = String(error);
  if (/EADDRINUSE|AddrInUse|in use/i.test(text)) return new Error(`Cannot listen on PORT ${port}: it is taken`);
  if (/EACCES|PermissionDenied/i.test(text)) return new Error(`Cannot listen on PORT ${port}: it is not permitted`);
  return new Error(`Cannot listen on HOST ${host}: ${error instanceof Error ? error.message : text}`);
}
