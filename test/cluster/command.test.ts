import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import process from "node:process";
import { afterEach, describe, expect, it } from "vitest";
import { binaryOf, root } from "../matrix/targets.ts";
import { randomPort } from "./child.ts";

let running: ChildProcess | undefined;
afterEach(() => void running?.kill("SIGTERM"));

/** Runs `npm run cluster`, and keeps what it says. */
function cluster(port: number, env: NodeJS.ProcessEnv = process.env) {
  const child = spawn(binaryOf("driver"), ["test/cluster/command.ts", "--port", String(port)], { cwd: root, env });
  running = child;
  let said = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk: Buffer) => (said += chunk.toString()));
  return { child, said: () => said, over: once(child, "exit").then(([code]) => code as number | null) };
}

function answers(url: string): Promise<boolean> {
  return fetch(`${url}/health`).then(
    ({ ok }) => ok,
    () => false,
  );
}

describe("npm run cluster", () => {
  it("starts three nodes that share their rooms, says where they are, and ends all of it on Ctrl-C", async () => {
    const port = randomPort();
    const { child, said, over } = cluster(port);
    await expect.poll(said, { timeout: 120_000 }).toContain("Ctrl-C");
    const urls = [...said().matchAll(/http:\S+/g)].map(([url]) => url);
    expect(urls).toEqual([1, 2, 3, 0].map((at) => `http://127.0.0.1:${port + at}`));
    const heard: string[] = [];
    const [one, ...others] = urls.map((url, at) => {
      const socket = new WebSocket(`${url.replace("http", "ws")}/ws/lobby?name=guest_${at}`);
      socket.addEventListener("message", ({ data }) => heard.push(`${at} ${String(data)}`));
      return socket;
    });
    const joined = (): number => heard.filter((text) => text.includes('"type":"joined"')).length;
    await expect.poll(joined, { timeout: 30_000 }).toBe(4);
    one?.send(JSON.stringify({ type: "message", content: "hello" }));
    const hearers = (): string[] => heard.filter((text) => text.includes('"hello"')).map(([at]) => at as string);
    await expect.poll(() => hearers().sort(), { timeout: 30_000 }).toEqual(["0", "1", "2", "3"]);
    for (const socket of [one, ...others]) socket?.close();
    child.kill("SIGINT");
    expect(await over).toBe(0);
    for (const url of urls) expect(await answers(url)).toBe(false);
    const redis = /redis:\/\/127\.0\.0\.1:(\d+)/.exec(said())?.[1];
    await expect(fetch(`http://127.0.0.1:${redis}`)).rejects.toThrow();
  });

  it("says in one line how Redis is had, where there is none", async () => {
    const { said, over } = cluster(randomPort(), { ...process.env, PATH: "/nowhere" });
    expect(await over).toBe(1);
    expect(said().trim()).toBe(
      "Cannot start Redis: there is no redis-server on this machine; `apt-get install redis-server`",
    );
  });
});
