import { posix } from "node:path";
import { codeOf, type Import, importsOf } from "./imports.ts";

/** A ring of the sources: who it may know. */
interface Ring {
  /** The folder, or the file, it is made of. */
  readonly at: string;
  /** The rings of ours it may import, besides itself. */
  readonly ours: readonly string[];
  /** The rings it may import for their types only. */
  readonly types?: readonly string[];
  /** The packages it may import. */
  readonly packages: readonly string[];
  /** Whether it may name a runtime: `node:` modules and the globals of Node, Deno and Bun. */
  readonly runtime?: true;
}

/**
 * Who may import whom: `runtime → greenroom → routes → door → connection, room → kernel, wire`, and `logs → room's ports`.
 * `greenroom.ts` puts the rings together, and of a runtime it knows the ports alone. A folder that is not named here
 * may not exist; what lies in another folder that is named comes before it.
 */
const rings: Readonly<Record<string, Ring>> = {
  kernel: { at: "src/actors/kernel/", ours: [], packages: [] },
  wire: { at: "src/actors/wire/", ours: [], packages: ["valibot"] },
  rates: { at: "src/actors/rates/", ours: [], packages: [] },
  counters: { at: "src/actors/counters/", ours: [], types: ["kernel"], packages: [] },
  room: { at: "src/actors/room/", ours: ["kernel", "wire", "rates", "counters"], packages: [] },
  files: { at: "src/actors/files/", ours: ["kernel", "wire"], types: ["room"], packages: [] },
  connection: {
    at: "src/actors/connection/",
    ours: ["kernel", "wire", "rates", "counters", "files"],
    types: ["room"],
    packages: [],
  },
  door: {
    at: "src/door/",
    ours: ["kernel", "wire"],
    types: ["connection", "room"],
    packages: ["jose", "valibot"],
  },
  routes: {
    at: "src/routes/",
    ours: ["door", "connection", "files", "room", "kernel", "wire", "rates", "counters"],
    packages: ["hono", "valibot"],
  },
  redis: {
    at: "src/logs/redis/",
    ours: [],
    types: ["room", "wire", "kernel"],
    packages: ["@redis/client"],
    runtime: true,
  },
  logs: { at: "src/logs/", ours: [], types: ["files", "room", "wire", "kernel"], packages: [], runtime: true },
  hosts: { at: "src/hosts/", ours: [], types: ["room", "wire", "kernel"], packages: [] },
  greenroom: {
    at: "src/greenroom.ts",
    ours: [
      "ports",
      "routes",
      "door",
      "connection",
      "files",
      "room",
      "kernel",
      "wire",
      "rates",
      "counters",
      "logs",
      "version",
    ],
    packages: ["hono"],
  },
  ports: { at: "src/runtime/ports.ts", ours: ["kernel"], packages: [], runtime: true },
  runtime: {
    at: "src/runtime/",
    ours: [
      "greenroom",
      "hosts",
      "ports",
      "routes",
      "door",
      "connection",
      "files",
      "room",
      "kernel",
      "wire",
      "logs",
      "redis",
      "version",
    ],
    packages: ["hono", "@hono/node-server", "ws", "valibot"],
    runtime: true,
  },
  client: { at: "src/client/", ours: [], types: ["wire"], packages: [] },
  web: { at: "src/web/", ours: ["client", "wire"], packages: [] },
  testing: {
    at: "src/testing/",
    ours: ["client", "connection", "files", "room", "kernel", "wire", "logs"],
    packages: [],
  },
  version: { at: "src/version.ts", ours: [], packages: [] },
  mod: {
    at: "src/mod.ts",
    ours: [
      "greenroom",
      "hosts",
      "ports",
      "routes",
      "door",
      "connection",
      "files",
      "room",
      "kernel",
      "wire",
      "counters",
      "logs",
    ],
    packages: [],
  },
  main: { at: "src/main.ts", ours: ["runtime"], packages: [], runtime: true },
};

const runtimeGlobals =
  /(?<![\w$.])(?:Deno|Bun|process)\s*(?:\?\.|\.|\[)|\bglobalThis\s*(?:\?\.|\.)\s*(?:Deno|Bun|process)\b/;

/** What a source file does against the law, one sentence each. */
export function breaches(path: string, source: string): string[] {
  const name = ringOf(path);
  if (name === undefined) return [`${path} belongs to no ring: name its folder in the law`];
  const ring = rings[name] as Ring;
  const found = importsOf(source).flatMap((each) => breach({ path, name, ring }, each) ?? []);
  if (!ring.runtime && runtimeGlobals.test(codeOf(source))) found.push(`${path} names a runtime's global`);
  return found;
}

function breach(
  { path, name, ring }: { path: string; name: string; ring: Ring },
  { specifier, typeOnly }: Import,
): string | undefined {
  if (specifier === undefined) return ring.runtime ? undefined : `${path} imports what only shows when it runs`;
  if (!specifier.startsWith(".")) {
    if (specifier.startsWith("node:")) return ring.runtime ? undefined : `${path} imports ${specifier}`;
    return ring.packages.includes(packageOf(specifier)) ? undefined : `${path} imports ${specifier}`;
  }
  if (/\.(?:js|mjs)$|(?:^|\/)[^.]+$/.test(specifier)) return `${path} imports ${specifier} without its .ts`;
  const target = ringOf(posix.join(posix.dirname(path), specifier));
  if (target === name || (target !== undefined && ring.ours.includes(target))) return undefined;
  if (target !== undefined && ring.types?.includes(target)) {
    return typeOnly ? undefined : `${path} imports ${specifier} for more than its types`;
  }
  return `${path} imports ${specifier}`;
}

function ringOf(path: string): string | undefined {
  return Object.keys(rings).find((name) => {
    const { at } = rings[name] as Ring;
    return at.endsWith("/") ? path.startsWith(at) : path === at;
  });
}

function packageOf(specifier: string): string {
  return specifier.split("/", specifier.startsWith("@") ? 2 : 1).join("/");
}
