import { type ChildProcess, spawn } from "node:child_process";
import { afterEach, describe, expect } from "vitest";
import { binaryOf, root } from "../matrix/targets.ts";
import { test } from "./contract-test.ts";
import { stage } from "./stage.ts";

const it = stage();
const children: ChildProcess[] = [];

afterEach(() => {
  for (const child of children.splice(0)) child.kill("SIGKILL");
});

/** The `wscat` command as a newcomer runs it; what it prints comes line by line. */
function wscat(path: string): { say(line: string): void; said(pattern: RegExp): Promise<string> } {
  const child = spawn(binaryOf("driver"), [`${root}node_modules/wscat/bin/wscat`, "-c", it.url(path)], {
    stdio: ["pipe", "pipe", "pipe"],
  });
  children.push(child);
  let output = "";
  let look = (): void => {};
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk: Buffer) => {
      output += chunk.toString();
      look();
    });
  }
  return {
    say: (line) => void child.stdin.write(`${line}\n`),
    said: (pattern) =>
      new Promise((resolve, reject) => {
        const deadline = setTimeout(() => reject(new Error(`Cannot see ${pattern} from wscat:\n${output}`)), 30_000);
        look = () => {
          const found = pattern.exec(output);
          if (found === null) return;
          clearTimeout(deadline);
          resolve(found[0]);
        };
        look();
      }),
  };
}

describe("a newcomer", () => {
  for (const path of ["/", "/ws"]) {
    test(`chats on ${path} with two frames`, async () => {
      const client = await it.open(path);
      client.sendText('{"type":"join","username":"ada"}');
      client.sendText('{"type":"message","content":"hi"}');
      expect(await client.next("joined")).toMatchObject({ room: "lobby" });
      expect(await client.next("message")).toMatchObject({ room: "lobby", content: "hi", sender: { name: "ada" } });
    });
  }

  test("chats with wscat", async () => {
    const ada = wscat("/ws/wscat-room?name=ada");
    const bob = wscat("/ws?name=bob");
    await ada.said(/"type":"joined"/);
    await bob.said(/"type":"welcome"/);
    bob.say('{"type":"join","room":"wscat-room"}');
    await bob.said(/"type":"joined"/);
    bob.say('{"type":"message","content":"hello from bob"}');
    await ada.said(/"content":"hello from bob"/);
    ada.say('{"type":"message","content":"hello from ada"}');
    await bob.said(/"content":"hello from ada"/);
    ada.say("what now?");
    await ada.said(/"code":"bad_json"/);
  }, 90_000);

  test("is told by GET / how to connect, on a page that runs nothing foreign", async () => {
    const response = await fetch(`http://127.0.0.1:${it.server.port}/`);
    expect(response.status).toBe(200);
    expect(response.headers.get("content-type")).toMatch(/^text\/html/);
    expect(response.headers.get("content-security-policy")).toMatch(/default-src 'none'/);
    expect(response.headers.get("x-content-type-options")).toBe("nosniff");
    const page = await response.text();
    expect(page).toMatch(/wss?:\/\/|wscat/);
    expect(page).toContain("/ws");
  });

  test("sees by GET /health that the server is well", async () => {
    const response = await fetch(`http://127.0.0.1:${it.server.port}/health`);
    expect(response.status).toBe(200);
    expect(response.headers.get("content-type")).toMatch(/json/);
    expect(await response.json()).toEqual(expect.any(Object));
  });

  test("gets a problem document for a path that is not there", async () => {
    const response = await fetch(`http://127.0.0.1:${it.server.port}/nowhere`);
    expect(response.status).toBe(404);
    expect(response.headers.get("content-type")).toMatch(/^application\/problem\+json/);
  });
});
