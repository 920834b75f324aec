import { readFileSync } from "node:fs";
import * as v from "valibot";
import { type Entering, entering } from "./settings/entering.ts";
import { type Listening, listening } from "./settings/listening.ts";
import { type Running, running } from "./settings/running.ts";
import type { Setting, SettingsOf } from "./settings/setting.ts";
import { type Storing, storing } from "./settings/storing.ts";

export type { Setting } from "./settings/setting.ts";

/** What the `greenroom` command can be told. */
export interface Config extends Listening, Storing, Running, Entering {}

/** Every setting of the command. */
export const settings: SettingsOf<Config> = { ...listening, ...storing, ...running, ...entering };

const list: readonly (readonly [string, Setting<unknown>])[] = Object.entries(settings);

/** What the command line asks for. */
export type Asked =
  | { readonly type: "help" }
  | { readonly type: "version" }
  /** With what should be known of how the settings were given. */
  | { readonly type: "run"; readonly config: Config; readonly warnings: readonly string[] };

/** What the environment says. */
export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Reads the settings: a flag before a variable before the default.
 *
 * @throws {Error} with one line that names the setting, where one is not what it takes, or is none.
 */
export function readConfig(args: readonly string[], env: Environment): Asked {
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
  const warnings = list.flatMap(([, setting]) => exposed(setting, given.get(setting.flag)) ?? []);
  return { type: "run", config: config as unknown as Config, warnings };
}

function split(argument: string): readonly [string, string | undefined] {
  const at = argument.startsWith("--") ? argument.indexOf("=") : -1;
  return at < 0 ? [argument, undefined] : [argument.slice(0, at), argument.slice(at + 1)];
}

function valueOf(setting: Setting<unknown>, flag: string | undefined, variable: string | undefined): unknown {
  const name = flag === undefined ? setting.variable : setting.flag;
  const said = flag ?? (variable === undefined || variable === "" ? setting.default : variable);
  if (setting.file === "secret" && flag !== undefined && !flag.startsWith("@")) {
    throw new Error(`Cannot read ${name}: a flag shows in the list of processes; take ${setting.variable}, or @FILE`);
  }
  const { success, output } = v.safeParse(setting.schema, contentOf(setting, name, said));
  if (success) return output;
  const what = setting.file === undefined ? JSON.stringify(said) : "what is given";
  throw new Error(`Cannot read ${name}: ${what} is not ${setting.takes}`);
}

/** What is to be said of a flag with a password in it, which others on the machine can see. */
function exposed({ flag, variable, file }: Setting<unknown>, said: string | undefined): string | undefined {
  if (file !== "allowed" || said === undefined || !/^[a-z]+:\/\/[^/?#]*:[^/?#]*@/i.test(said)) return undefined;
  return `the password in ${flag} shows in the list of processes: take ${variable}, or ${flag} @FILE`;
}

/** What is said, or what the file holds that is named instead; the line break at its end is not part of it. */
function contentOf({ file }: Setting<unknown>, name: string, said: string): string {
  if (file === undefined || !said.startsWith("@")) return said;
  try {
    return readFileSync(said.slice(1), "utf8").trimEnd();
  } catch {
    throw new Error(`Cannot read ${name}: the file it names cannot be read`);
  }
}

/** What `greenroom --help` prints. */
export function help(): string {
  const rows = list.map(([, { flag, variable, takes, meaning, default: fallback }]) => {
    const first = `  ${flag.padEnd(16)} ${variable.padEnd(24)} ${meaning}`;
    return `${first}\n${" ".repeat(44)}${takes}; default ${fallback === "" ? "none" : fallback}`;
  });
  return [
    "Usage: greenroom [flags]              runs a realtime room server",
    "       greenroom token --sub ID …     prints a token for development; see greenroom token --help",
    "       greenroom backup FILE          writes a copy of what is on the disk, from a running server too",
    "       greenroom doctor [flags]       prints who would get in under these settings",
    "",
    "Each setting is a flag or an environment variable; the flag counts first.",
    "",
    ...rows,
    `  ${"--help, -h".padEnd(41)} shows this`,
    `  ${"--version".padEnd(41)} shows the version`,
    "",
  ].join("\n");
}
