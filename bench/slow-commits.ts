/**
 * How long pings, pages of history and joins take over real sockets while each commit of the log takes a second.
 *
 *     node bench/slow-commits.ts [--commits 10] [--target node24,bun,deno-node,deno-native]
 */
import process from "node:process";
import { parseArgs } from "node:util";
import { startServer } from "../test/contract/server.ts";
import { share, throughSlowCommits } from "../test/contract/slow-commits.ts";
import { installRuntimes } from "../test/matrix/install.ts";
import { type TargetName, targets } from "../test/matrix/targets.ts";

const { values } = parseArgs({
  options: {
    commits: { type: "string", default: "10" },
    target: { type: "string", default: "node24,bun,deno-node,deno-native" },
  },
});
installRuntimes();
for (const name of values.target.split(",")) {
  const server = await startServer({
    target: targets[name as TargetName],
    main: "test/contract/custom-server.ts",
    env: { GREENROOM_TEST_COMMIT_MS: "1000" },
  });
  const spans = await throughSlowCommits(server.port, Number(values.commits));
  await server.stop();
  const told = (["acks", "pings", "pages", "joins"] as const).map((what) => {
    const [p50, p99] = [0.5, 0.99].map((of) => share(spans[what], of).toFixed(1));
    return `${what} p50 ${p50} ms, p99 ${p99} ms (${spans[what].length})`;
  });
  console.log(`${name}: ${told.join("; ")}`);
}
process.exit();
