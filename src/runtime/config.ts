import * as v from "valibot";
import { defaultLimits } from "../actors/wire/mod.ts";

/** What the `greenroom` command can be told. */
export interface Config {
  readonly port: number;
  readonly host: string;
  readonly data: string;
  readonly log: "memory";
  readonly rateLimits: "on" | "off";
  readonly echo: "on" | "off" | "conformance";
  readonly transport: "auto" | "native" | "node";
  readonly heartbeatMs: number;
  readonly drainMs: number;
  readonly roomIdleMs: number;
}

/** One setting: where it is said, what it takes, and what it means. */
export interface Setting<T> {
  readonly variable: string;
  readonly flag: string;
  /** As it would be written. */
  readonly default: string;
  readonly takes: string;
  readonly meaning: string;
  readonly schema: v.GenericSchema<string, T>;
}

function whole(min: number, max: number): v.GenericSchema<string, number> {
  return v.pipe(v.string(), v.regex(/^\d{1,10}$/), v.transform(Number), v.minValue(min), v.maxValue(max));
}

const milliseconds = { takes: "a whole number of milliseconds, 1 to 86400000", schema: whole(1, 86_400_000) };

/** Every setting of the command. */
export const settings: { readonly [K in keyof Config]: Setting<Config[K]> } = {
  port: {
    variable: "PORT",
    flag: "--port",
    default: "8080",
    takes: "0 to 65535 (0: any that is free)",
    meaning: "the port to listen on",
    schema: whole(0, 65_535),
  },
  host: {
    variable: "HOST",
    flag: "--host",
    default: "127.0.0.1",
    takes: "a host name or an IP address",
    meaning: "the address to listen on",
    schema: v.pipe(v.string(), v.regex(/^[\w.:-]{1,255}$/)),
  },
  data: {
    variable: "GREENROOM_DATA",
    flag: "--data",
    default: "./data",
    takes: "a folder",
    meaning: "where a durable log keeps its files",
    schema: v.pipe(v.string(), v.nonEmpty()),
  },
  log: {
    variable: "GREENROOM_LOG",
    flag: "--log",
    default: "memory",
    takes: "memory",
    meaning: "where messages are kept",
    schema: v.picklist(["memory"]),
  },
  rateLimits: {
    variable: "GREENROOM_RATE_LIMITS",
    flag: "--rate-limits",
    default: "on",
    takes: "on or off",
    meaning: "whether clients are held to their rates",
    schema: v.picklist(["on", "off"]),
  },
  echo: {
    variable: "GREENROOM_ECHO",
    flag: "--echo",
    default: "on",
    takes: "on, off or conformance",
    meaning: "whether /echo is there; conformance lifts its size limits",
    schema: v.picklist(["on", "off", "conformance"]),
  },
  transport: {
    variable: "GREENROOM_TRANSPORT",
    flag: "--transport",
    default: "auto",
    takes: "auto, native or node",
    meaning: "the sockets to use: the runtime's own, or those of node:http",
    schema: v.picklist(["auto", "native", "node"]),
  },
  heartbeatMs: {
    variable: "GREENROOM_HEARTBEAT_MS",
    flag: "--heartbeat-ms",
    default: String(defaultLimits.heartbeatMs),
    ...milliseconds,
    meaning: "the quiet after which a client is pinged; 1.2 times that is death",
  },
  drainMs: {
    variable: "GREENROOM_DRAIN_MS",
    flag: "--drain-ms",
    default: String(defaultLimits.drainMs),
    ...milliseconds,
    meaning: "how long an orderly end may take",
  },
  roomIdleMs: {
    variable: "GREENROOM_ROOM_IDLE_MS",
    flag: "--room-idle-ms",
    default: String(defaultLimits.roomIdleMs),
    ...milliseconds,
    meaning: "how long an empty room stays in memory",
  },
};

const list: readonly (readonly [string, Setting<unknown>])[] = Object.entries(settings);

/** What the command line asks for. */
export type Asked =
  | { readonly type: "help" }
  | { readonly type: "version" }
  | { readonly type: "run"; readonly config: Config };

/**
 * Reads the settings: a flag before a variable before the default.
 *
 * @throws {Error} with one line that names the setting, where one is not what it takes, or is none.
 */
export function readConfig(args: readonly string[], env: Readonly<Record<string, string | undefined>>): Asked {
  const given = new Map<string, string>();
  for (let at = 0; at < args.length; at += 1) {
    const [flag, inline] = split(args[at] as string);
    if (flag === "--help" || flag === "-h") return { type: "help" };
    if (flag === "--version") return { type: "version" };
    if (!list.some(([, setting]) => setting.flag === flag))
      throw new Error(`Cannot read ${flag}: no such flag; see --help`);
    at += inline === undefined ? 1 : 0;
    const value = inline ?? args[at];
    if (value === undefined) throw new Error(`Cannot read ${flag}: it has no value`);
    given.set(flag, value);
  }
  const config = Object.fromEntries(
    list.map(([name, setting]) => [name, valueOf(setting, given.get(setting.flag), env[setting.variable])]),
  );
  return { type: "run", config: config as unknown as Config };
}

function split(argument: string): readonly [string, string | undefined] {
  const at = argument.startsWith("--") ? argument.indexOf("=") : -1;
  return at < 0 ? [argument, undefined] : [argument.slice(0, at), argument.slice(at + 1)];
}

function valueOf(setting: Setting<unknown>, flag: string | undefined, variable: string | undefined): unknown {
  const said = flag ?? (variable === undefined || variable === "" ? setting.default : variable);
  const { success, output } = v.safeParse(setting.schema, said);
  if (success) return output;
  const name = flag === undefined ? setting.variable : setting.flag;
  throw new Error(`Cannot read ${name}: ${JSON.stringify(said)} is not ${setting.takes}`);
}

/** What `greenroom --help` prints. */
export function help(): string {
  const rows = list.map(([, { flag, variable, takes, meaning, default: fallback }]) => {
    return `  ${flag.padEnd(16)} ${variable.padEnd(24)} ${meaning}\n${" ".repeat(44)}${takes}; default ${fallback}`;
  });
  return [
    "Usage: greenroom [flags]",
    "",
    "Runs a realtime room server. Each setting is a flag or an environment variable; the flag counts first.",
    "",
    ...rows,
    `  ${"--help, -h".padEnd(41)} shows this`,
    `  ${"--version".padEnd(41)} shows the version`,
    "",
  ].join("\n");
}
