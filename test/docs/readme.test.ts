import * as v from "valibot";
import { afterEach, describe, expect, it } from "vitest";
import { read } from "../../docs/generate.ts";
import { commandSchemas, eventSchemas } from "../../src/actors/wire/mod.ts";
import { greenroom } from "../../src/mod.ts";
import { help, settings } from "../../src/runtime/config.ts";
import type { ServeOptions, Server } from "../../src/runtime/server.ts";
import { PlainClient, serveHere } from "../routes/serving.ts";
import { blocksOf, rowsOf, sectionsOf } from "./markdown.ts";

const page = read("README.md");
const snippets = blocksOf(page).filter(({ info }) => info === "ts" || info === "js");
const node = JSON.parse(read("package.json"));
const deno = JSON.parse(read("deno.json"));

const servers: { close(): unknown }[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close();
});

function snippet(words: string): string {
  const found = snippets.find(({ text }) => text.includes(words));
  if (found === undefined) throw new Error(`Cannot find "${words}" in a snippet of README.md`);
  return found.text;
}

async function serve(options: ServeOptions): Promise<Server> {
  const server = await serveHere({ ...options, port: 0 });
  servers.push(server);
  return server;
}

/** Runs code with these names in it, and answers what it exports. */
function run(code: string, names: Readonly<Record<string, unknown>>): Promise<unknown> {
  const AsyncFunction = (async () => undefined).constructor as new (
    ...args: string[]
  ) => (...values: unknown[]) => Promise<unknown>;
  const body = code.replaceAll(/^import .*\n/gm, "").replace("export default", "return");
  return new AsyncFunction(...Object.keys(names), body)(...Object.values(names));
}

/** The names that a snippet imports, from what it imports them from; `serve` takes any port that is free. */
async function importsOf(code: string): Promise<Record<string, unknown>> {
  const names: Record<string, unknown> = {};
  for (const [, list = "", from = ""] of code.matchAll(/^import \{ (.*) \} from "(.*)";$/gm)) {
    const source = from.replace(/^greenroom/, ".");
    const file = source === from ? from : new URL(`../../${deno.exports[source]}`, import.meta.url).href;
    const module = await import(/* @vite-ignore */ file);
    for (const name of list.split(", ")) names[name] = module[name];
  }
  return names;
}

async function chats(url: string): Promise<void> {
  const client = new PlainClient(`${url}/ws/lobby?name=ada`);
  await client.next("joined");
  client.say({ type: "message", content: "hi" });
  expect(await client.next("message")).toMatchObject({ content: "hi", sender: { name: "ada" } });
  await client.close();
}

describe("the README", () => {
  it("has a script that says hello, and prints what it hears", async () => {
    const app = greenroom().routes;
    const { url } = await serve({ fetch: app.fetch });
    const sockets: WebSocket[] = [];
    class Redirected extends WebSocket {
      constructor(target: string) {
        super(target.replace("ws://localhost:8080", url.replace("http", "ws")));
        sockets.push(this);
      }
    }
    const said = await new Promise((resolve, reject) => {
      const console = { log: resolve, error: reject };
      run(snippet("new WebSocket"), { WebSocket: Redirected, console }).catch(reject);
    });
    expect(said).toBe("grace: hello");
    for (const socket of sockets) socket.close();
  });

  it("has two frames with which one chats", async () => {
    const frames =
      blocksOf(page)
        .find(({ text }) => text.includes('"username":"ada"'))
        ?.text.split("\n") ?? [];
    const { url } = await serve({ fetch: greenroom().routes.fetch });
    const client = new PlainClient(`${url.replace("http", "ws")}/`);
    await client.next("welcome");
    for (const frame of frames) client.say(JSON.parse(frame));
    expect(await client.next("message")).toMatchObject({ room: "lobby", content: "hi", sender: { name: "ada" } });
    await client.close();
  });

  it("has an app with rooms in it, which is served on this runtime", async () => {
    const code = snippet('from "greenroom/node"');
    await run(code, { ...(await importsOf(code)), serve });
    const { url } = servers[0] as Server;
    expect(await (await fetch(`${url}/hello`)).text()).toBe("hi");
    await chats(url.replace("http", "ws"));
  });

  it("has a handler that answers requests", async () => {
    const code = snippet("handler(app.fetch)");
    const { fetch } = (await run(code, await importsOf(code))) as { fetch(request: Request): Promise<Response> };
    expect((await fetch(new Request("http://localhost/health"))).status).toBe(200);
  });

  it("has an app that brings the helper of @hono/node-ws", async () => {
    const code = snippet("createNodeWebSocket");
    const names = await importsOf(code);
    const real = names["serve"] as (
      options: object,
      onListen: (address: { port: number }) => void,
    ) => { close(): void };
    const { promise, resolve } = Promise.withResolvers<number>();
    const serveAnywhere = (options: object): object => {
      const server = real({ ...options, port: 0, hostname: "127.0.0.1" }, ({ port }) => resolve(port));
      servers.push(server);
      return server;
    };
    await run(code, { ...names, serve: serveAnywhere });
    await chats(`ws://127.0.0.1:${await promise}`);
  });

  it("names the override that this package has itself", () => {
    const block = blocksOf(page).find(({ text }) => text.includes("overrides"));
    expect(JSON.parse(block?.text ?? "")).toEqual({ overrides: node.overrides });
  });

  it("has a transcript of frames as they are", () => {
    const lines = blocksOf(page).flatMap(({ info, text }) => (info === "console" ? text.split("\n") : []));
    const whole = lines.filter((line) => /^[<>] /.test(line) && !line.includes("…"));
    expect(whole.length).toBeGreaterThan(2);
    for (const line of whole) {
      const frame = JSON.parse(line.slice(2));
      const schemas = line.startsWith("<") ? eventSchemas : commandSchemas;
      expect(v.is((schemas as Readonly<Record<string, v.GenericSchema>>)[frame.type] as v.GenericSchema, frame)).toBe(
        true,
      );
    }
  });

  it("names settings that there are, with their defaults", () => {
    const section = sectionsOf(page, 2).find(({ title }) => title === "Settings");
    const named = rowsOf(section?.text ?? "").flatMap(([variables = "", , defaults = ""]) => {
      const values = defaults.replaceAll("`", "").split(", ");
      return [...variables.matchAll(/`([A-Z_]+)`/g)].map(([, variable], at) => [variable, values[at] ?? values[0]]);
    });
    expect(named.length).toBeGreaterThan(5);
    for (const [variable, fallback] of named) {
      const setting = Object.values(settings).find((each) => each.variable === variable);
      if (variable === "GREENROOM_ORIGINS") expect(setting?.default).toBe("");
      else expect(setting?.default || "none", variable).toBe(fallback);
    }
  });
});

describe("docs/settings.md", () => {
  it("lists the settings as --help does", () => {
    const inTable = rowsOf(read("docs/settings.md")).map((cells) => cells.map((cell) => cell.replaceAll("`", "")));
    const inHelp = [...help().matchAll(/^ {2}(--\S+) +([A-Z_]+) +(.*)\n +(.*); default (.*)$/gm)].map(
      ([, flag, variable, meaning, takes, fallback]) => [flag, variable, meaning, takes, fallback],
    );
    expect(inTable).toEqual(inHelp);
    expect(inTable).toHaveLength(Object.keys(settings).length);
  });
});

describe("README.md, its commands", () => {
  it("names scripts and tasks that are there", () => {
    const scripts = [...page.matchAll(/npm run ([\w:]+)/g)].map(([, name]) => name as string);
    expect(scripts.filter((name) => node.scripts[name] === undefined)).toEqual([]);
    const tasks = [...page.matchAll(/deno task (\w+)/g)].map(([, name]) => name as string);
    expect(tasks.filter((name) => deno.tasks[name] === undefined)).toEqual([]);
    expect(page).toContain(`\`${deno.tasks.serve}\``);
  });
});
