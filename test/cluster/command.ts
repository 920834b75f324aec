/**
 * A cluster to look at: a Redis, a node on each runtime, and a balancer before them.
 *
 *     npm run cluster -- [--port 8080]
 *
 * The balancer listens there, the nodes on the ports behind it. Settings of the nodes are taken from the environment.
 * Ctrl-C ends all of it, and what was said is gone.
 */
import process from "node:process";
import { parseArgs } from "node:util";
import { type Cluster, startCluster } from "./cluster.ts";

const { values } = parseArgs({ options: { port: { type: "string", default: "8080" } } });
const port = Number(values.port);
if (!Number.isInteger(port) || port < 1 || port > 65_000) {
  console.error(`Cannot start a cluster on port ${values.port}: name one from 1 to 65000`);
  process.exit(2);
}

const { promise: asked, resolve: end } = Promise.withResolvers<void>();
// Whoever asks twice does not want to wait.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
  let count = 0;
  process.on(signal, () => (count++ === 0 ? end() : process.exit(1)));
}
const cluster = await started();
console.log(`Redis           ${cluster.redis.url}`);
for (const { name, url } of cluster.nodes) console.log(`${name.padEnd(16)}${url}`);
console.log(`${cluster.balancer.kind.padEnd(16)}${cluster.balancer.url}   in front of them; Ctrl-C ends all of it`);
await asked;
console.log("\nEnding …");
await cluster.stop();
process.exit();

async function started(): Promise<Cluster> {
  const env = Object.fromEntries(
    Object.entries(process.env).filter(([name, value]) => name.startsWith("GREENROOM_") && value !== undefined),
  ) as Record<string, string>;
  delete env["GREENROOM_LOG"];
  const starting = startCluster({ port, env });
  try {
    return await starting;
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error));
    process.exit(1);
  }
}
