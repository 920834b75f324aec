import type { Line } from "./line.ts";
import { isCluster } from "./whereabouts.ts";

/** What Redis is, and what it does with what it is given. */
export interface Configuration {
  /** Its process, from its start to its end. */
  readonly run: string;
  /** What an acknowledged entry survives: nothing that ends Redis, its being killed, or a power cut as well. */
  readonly durability: "memory" | "process" | "power";
  /** All of it on one line. */
  readonly summary: string;
  /** Why it cannot be used. */
  readonly refusal: string | undefined;
}

/** The oldest version that has all that is needed. */
const OLDEST = 7;

/** Reads what a line's Redis is: from what it says of itself, and its settings where this user may see them. */
export async function configurationOf(info: string, line: Line): Promise<Configuration> {
  const said = new Map(
    info.split(/\r?\n/).map((row): [string, string] => {
      const [name = "", value = ""] = row.split(/:(.*)/s, 2);
      return [name, value];
    }),
  );
  const fact = (name: string): string => said.get(name) ?? "";
  const setting = async (name: string): Promise<string | undefined> => {
    const reply = await line.send(["CONFIG", "GET", name]).catch(() => undefined);
    const values: unknown = Array.isArray(reply) ? reply[1] : (reply as Record<string, unknown> | undefined)?.[name];
    return typeof values === "string" ? values : undefined;
  };
  const [fsync, save] = await Promise.all([setting("appendfsync"), setting("save")]);
  const kind = fact("server_name") === "valkey" ? "Valkey" : "Redis";
  const version = fact("valkey_version") || fact("redis_version");
  const policy = fact("maxmemory_policy");
  const durability = durabilityOf(fact("aof_enabled") === "1", fsync);
  const keeping = {
    power: "appendfsync always: an ack survives a power cut",
    process: `appendfsync ${fsync ?? "not to be seen"}: an ack survives a killed Redis, and may be lost in a power cut`,
    memory:
      save === ""
        ? "no persistence: an ack lasts as long as Redis runs"
        : "no append-only file: an ack is lost with Redis, back to its last snapshot",
  }[durability];
  const replicas = Number(fact("connected_slaves"));
  const more = replicas > 0 ? `; ${replicas} replicas, which may lack the last acks when one takes over` : "";
  return {
    run: fact("run_id"),
    durability,
    summary: `${kind} ${version}${isCluster(info) ? " (Cluster)" : ""}, ${keeping}${more}; ${roomOf(policy, fact("maxmemory"))}`,
    refusal: refusalOf({ version: fact("redis_version"), policy, fact }),
  };
}

/** Whether it lets go of anything, and how much it holds. */
function roomOf(policy: string, maxmemory: string): string {
  if (policy === "") return "whether it evicts is not to be seen";
  const mebibytes = Math.floor(Number(maxmemory) / 1024 ** 2);
  return `it evicts nothing, and has ${mebibytes > 0 ? `a maxmemory of ${mebibytes} MiB` : "no maxmemory"}`;
}

function durabilityOf(appends: boolean, fsync: string | undefined): Configuration["durability"] {
  if (!appends) return "memory";
  return fsync === "always" ? "power" : "process";
}

function refusalOf({
  version,
  policy,
  fact,
}: {
  readonly version: string;
  readonly policy: string;
  readonly fact: (name: string) => string;
}): string | undefined {
  if (Number.parseInt(version, 10) < OLDEST) return `Redis ${version} is too old: 7.0 is needed`;
  if (fact("run_id") === "") return "it does not say which run it is (run_id in INFO)";
  if (fact("role") !== "master") return "it is a replica";
  if (fact("loading") === "1") return "it is still loading";
  if (policy !== "" && policy !== "noeviction") {
    return `its maxmemory-policy ${policy} may let go of messages: noeviction is needed`;
  }
  return undefined;
}
