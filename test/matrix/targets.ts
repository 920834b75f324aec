import { existsSync } from "node:fs";
import process from "node:process";
import { fileURLToPath } from "node:url";

/** Where the repository lies; every command of the matrix runs from here. */
export const root: string = fileURLToPath(new URL("../..", import.meta.url));

const installed = `${root}test/runtimes/node_modules/`;

/** A runtime's binary, tried in this order: some installers leave out the step that links the first one. */
const binaries = {
  driver: [`${root}node_modules/node/bin/node`],
  node22: [`${installed}node22/bin/node`],
  node24: [`${installed}node24/bin/node`],
  node26: [`${installed}node26/bin/node`],
  deno: [`${installed}deno/deno`, `${installed}@deno/linux-x64-glibc/deno`],
  "deno-2.5": [`${installed}deno25/deno`, `${installed}deno25/node_modules/@deno/linux-x64-glibc/deno`],
  bun: [`${installed}bun/bin/bun.exe`, `${installed}@oven/bun-linux-x64/bin/bun`],
} satisfies Record<string, string[]>;

/** A runtime of the matrix. */
export type Runtime = keyof typeof binaries;

/** The path of a runtime's binary; throws where it is not installed, because a missing runtime is a failure and no skip. */
export function binaryOf(runtime: Runtime): string {
  const found = binaries[runtime].find((path) => existsSync(path));
  if (found === undefined) throw new Error(`Cannot run ${runtime}: ${binaries[runtime][0]} is missing`);
  return found;
}

/** How the server's sockets are carried; criteria that a transport can't meet ask for it by this name. */
export type Transport = "node" | "deno-native" | "bun";

/** One column of the matrix: a runtime and the transport the server takes on it. */
export interface Target {
  readonly runtime: Runtime;
  readonly transport: Transport;
  /** What stands between the binary and `src/main.ts`. */
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** The suites that hold it to the contract, by a part of their names; all of them when left out. */
  readonly suites?: readonly string[];
}

const deno = ["run", "-A", "--no-lock"] as const;

/** A log on the disk; each server has a folder of its own that goes with it. A room keeps as much as in memory. */
const durable = { GREENROOM_LOG: "sqlite", GREENROOM_DURABILITY: "process", GREENROOM_ROOM_MIB: "32" };

/** A log on the Redis that the run has started; each server has names of its own there. */
const shared = {
  GREENROOM_LOG: process.env["GREENROOM_TEST_REDIS"] ?? "the URL of a Redis that nobody has started",
  GREENROOM_ROOM_MIB: "32",
};

/** What a log has a part in; the rest is the same whatever keeps the messages. */
const logged: readonly string[] = [
  ...[
    "batch",
    "connecting",
    "drain",
    "files",
    "history",
    "joining",
    "keys",
    "limits",
    "members",
    "messages",
    "moderation",
  ],
  ...["newcomer", "order", "passivation", "pipelining", "presence", "rates", "resuming", "slow-reader", "state"],
].map((name) => `test/contract/${name}`);

/** The same without files, which need a place of their own. */
const sharing = logged.filter((name) => name !== "test/contract/files");

/** Every target the contract holds on. */
export const targets = {
  node22: { runtime: "node22", transport: "node", args: ["--disable-warning=ExperimentalWarning"], env: {} },
  node24: { runtime: "node24", transport: "node", args: [], env: {} },
  node26: { runtime: "node26", transport: "node", args: [], env: {} },
  "deno-node": { runtime: "deno", transport: "node", args: deno, env: { GREENROOM_TRANSPORT: "node" } },
  "deno-native": { runtime: "deno", transport: "deno-native", args: deno, env: { GREENROOM_TRANSPORT: "native" } },
  "deno-2.5": { runtime: "deno-2.5", transport: "deno-native", args: deno, env: { GREENROOM_TRANSPORT: "native" } },
  bun: { runtime: "bun", transport: "bun", args: [], env: {} },
  "node24-sqlite": { runtime: "node24", transport: "node", args: [], env: durable, suites: logged },
  "deno-sqlite": {
    runtime: "deno",
    transport: "node",
    args: deno,
    env: { GREENROOM_TRANSPORT: "node", ...durable },
    suites: logged,
  },
  "bun-sqlite": { runtime: "bun", transport: "bun", args: [], env: durable, suites: logged },
  "node24-redis": { runtime: "node24", transport: "node", args: [], env: shared, suites: sharing },
  "deno-redis": {
    runtime: "deno",
    transport: "node",
    args: deno,
    env: { GREENROOM_TRANSPORT: "node", ...shared },
    suites: sharing,
  },
  "bun-redis": { runtime: "bun", transport: "bun", args: [], env: shared, suites: sharing },
} satisfies Record<string, Target>;

/** A target's name, as `--target` takes it. */
export type TargetName = keyof typeof targets;

/** Where the unit suites run, what starts vitest there, and what the runtime must then say it is. */
export const unitRuntimes = {
  node24: { runtime: "node24", args: [], says: "node 24." },
  deno: { runtime: "deno", args: deno, says: "deno 2.9.5" },
  bun: { runtime: "bun", args: ["--bun"], says: "bun 1.4.5" },
} satisfies Record<string, { runtime: Runtime; args: readonly string[]; says: string }>;
