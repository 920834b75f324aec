import { accessSync, constants, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import process from "node:process";
import { type Child, randomPort, startChild } from "./child.ts";
import { haproxySettings, nginxSettings } from "./proxy-settings.ts";
import { roundRobin } from "./round-robin.ts";

/** Somewhere that a node listens. */
export interface Upstream {
  readonly host: string;
  readonly port: number;
}

/** What stands in front of the nodes. */
export interface Balancer {
  readonly kind: BalancerKind;
  readonly port: number;
  readonly url: string;
  close(): Promise<void>;
}

/** The balancers there may be, the best first; the last one is always there. */
export const balancerKinds = ["haproxy", "nginx", "round-robin"] as const;
export type BalancerKind = (typeof balancerKinds)[number];

/** Which of them can be had on this machine. */
export function balancersHere(): readonly BalancerKind[] {
  return balancerKinds.filter((kind) => kind === "round-robin" || programOf(kind) !== undefined);
}

const WITHIN_MS = 20_000;
const ATTEMPTS = 5;

/** Starts a balancer before some nodes, on a port of its own, or any that is free. */
export async function startBalancer(
  upstreams: readonly Upstream[],
  { kind = balancersHere()[0], port }: { readonly kind?: BalancerKind | undefined; readonly port?: number } = {},
): Promise<Balancer> {
  if (kind === undefined || kind === "round-robin") return roundRobin(upstreams, port);
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await startProxy(kind, upstreams, port ?? randomPort());
    } catch (error) {
      // Somebody else may have had that port.
      if (port !== undefined || attempt === ATTEMPTS) throw error;
    }
  }
}

async function startProxy(kind: "haproxy" | "nginx", upstreams: readonly Upstream[], port: number): Promise<Balancer> {
  const program = programOf(kind);
  if (program === undefined) throw new Error(`Cannot start ${kind}: it is not installed`);
  const folder = mkdtempSync(join(tmpdir(), "greenroom-balancer-"));
  const file = join(folder, `${kind}.conf`);
  const [text, ...args] =
    kind === "haproxy"
      ? [haproxySettings(upstreams, port), "-db", "-f", file]
      : [nginxSettings(upstreams, { port, folder }), "-p", folder, "-e", "stderr", "-c", file];
  writeFileSync(file, text);
  const remove = (): void => rmSync(folder, { recursive: true, force: true });
  let child: Child | undefined;
  try {
    child = await startChild([program, ...args]);
    await listening(child, port);
  } catch (error) {
    await child?.kill();
    remove();
    throw new Error(`Cannot start ${kind}: ${child?.output() ?? ""}`, { cause: error });
  }
  const started = child;
  return {
    kind,
    port,
    url: `http://127.0.0.1:${port}`,
    async close() {
      // An orderly end: its workers go with it.
      started.signal("SIGTERM");
      await started.exited;
      remove();
    },
  };
}

async function listening(child: Child, port: number): Promise<void> {
  for (const endMs = performance.now() + WITHIN_MS; performance.now() < endMs; ) {
    if (!child.alive()) throw new Error("Cannot go on: it has ended");
    if (await answers(port)) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error("Cannot go on: it does not listen");
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    const end = (answer: boolean) => (): void => {
      socket.destroy();
      resolve(answer);
    };
    socket.once("connect", end(true));
    socket.once("error", end(false));
  });
}

/** Debian keeps these where the path of an ordinary user does not lead. */
function programOf(name: string): string | undefined {
  const folders = [...(process.env["PATH"] ?? "").split(delimiter), "/usr/sbin", "/usr/local/sbin"];
  return folders
    .map((folder) => join(folder, name))
    .find((path) => {
      try {
        accessSync(path, constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });
}
