/**
 * Three nodes on three runtimes, one Redis and many clients, to whom everything happens that can:
 *
 *     npm run chaos -- [--faults 300] [--clients 300] [--seed N] [--balancer haproxy] [--links namespaces|relays] [--short]
 *     npm run chaos -- --rolling [--rounds 2]
 *     npm run chaos -- --hosts [--handovers 6]
 *
 * The second starts all nodes anew, one after the other; the third takes the ticker from the node that has it. Ctrl-C ends
 * the first before its time, and has what came of it looked at. Exits with 1 where a promise was broken.
 */
import process from "node:process";
import { parseArgs } from "node:util";
import { type BalancerKind, balancersHere } from "../cluster/balancer.ts";
import { installRuntimes } from "../matrix/install.ts";
import type { Violation } from "./book.ts";
import { arrived, chaos, judgeEnd } from "./chaos.ts";
import { handovers } from "./hosts.ts";
import { enterNetwork, namespaces } from "./namespaces.ts";
import { openWorld, type WorldOptions } from "./opened.ts";
import { relays } from "./relays.ts";
import { printHandovers, printReport, printRolling } from "./report.ts";
import { rolling } from "./rolling.ts";

const { values } = parseArgs({
  options: {
    faults: { type: "string" },
    clients: { type: "string" },
    seed: { type: "string" },
    balancer: { type: "string" },
    links: { type: "string" },
    short: { type: "boolean", default: false },
    rolling: { type: "boolean", default: false },
    rounds: { type: "string", default: "2" },
    hosts: { type: "boolean", default: false },
    handovers: { type: "string", default: "6" },
  },
});
const SAME_MS = 500;
const usual = values.short ? { faults: 15, clients: 60 } : { faults: 300, clients: 300 };
const faults = whole("faults", values.faults ?? String(usual.faults));
const clients = whole("clients", values.clients ?? String(usual.clients));
const seed = whole("seed", values.seed ?? String(Date.now() % 1_000_000));
const kind = values.balancer ?? balancersHere()[0];
if (!balancersHere().some((each) => each === kind)) refuse(`--balancer is one of ${balancersHere().join(", ")}`);
if (values.links !== undefined && !["namespaces", "relays"].includes(values.links)) {
  refuse("--links is namespaces or relays");
}

const inNetwork = values.links !== "relays" && (await enterNetwork());
if (!inNetwork && values.links === "namespaces") refuse("no network namespace can be had here: try as root");
let enough = false;
let askedMs = Number.NEGATIVE_INFINITY;
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.on(signal, () => {
    if (values.rolling || values.hosts) process.exit(130);
    // One that comes right behind is the same, sent to the group as well.
    if (enough && performance.now() - askedMs > SAME_MS) process.exit(130);
    if (enough) return;
    enough = true;
    askedMs = performance.now();
    console.log("      that is enough: what has come of it is looked at now");
  });
}
installRuntimes();
const links = inNetwork ? await namespaces(3) : await relays();
const startedMs = performance.now();
const seconds = (): number => (performance.now() - startedMs) / 1_000;
const world: WorldOptions = {
  ...{ clients, seed, links },
  balancer: kind as BalancerKind,
  rooms: Math.max(2, Math.ceil(clients / 40)),
  perSecond: Math.max(10, clients / 10),
};
const presenceMs = 15_000;
const note = console.log;
console.log(`chaos --seed ${seed} --clients ${clients}, behind ${kind}, over ${links.kind}`);
const violations = await found();
process.exit(violations.length > 0 ? 1 : 0);

async function found(): Promise<readonly Violation[]> {
  if (values.rolling) {
    const rounds = whole("rounds", values.rounds);
    const report = await rolling({ ...world, rounds, presenceMs, note });
    printRolling(report, seconds());
    return report.violations;
  }
  if (values.hosts) {
    const open = await openWorld(world);
    try {
      await arrived(open);
      const found = await handovers(open, { times: whole("handovers", values.handovers) });
      await judgeEnd(open);
      printHandovers(found, open.book.violations);
      return open.book.violations;
    } finally {
      await open.close();
    }
  }
  const report = await chaos({
    ...world,
    ...{ faults, presenceMs, note },
    quietEvery: 25,
    backMs: 5_000,
    enough: () => enough,
  });
  printReport(report, seconds());
  return report.violations;
}

function whole(name: string, text: string): number {
  if (!/^\d{1,9}$/.test(text)) refuse(`--${name} is a number`);
  return Number(text);
}

function refuse(why: string): never {
  console.error(`Cannot have chaos: ${why}`);
  process.exit(2);
}
