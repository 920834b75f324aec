import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import process from "node:process";
import { afterAll, describe, expect, test } from "vitest";
import { binaryOf, root } from "../matrix/targets.ts";
import { start } from "./started.ts";

const data = mkdtempSync(join(tmpdir(), "greenroom-start-"));
afterAll(() => rmSync(data, { recursive: true }));

// A PATH without the runtime that npm would put in front: what a shell has.
const path = (process.env.PATH ?? "")
  .split(delimiter)
  .filter((folder) => !folder.includes("node_modules"))
  .join(delimiter);
const bun = binaryOf("bun");

describe("the server starts and stops by", () => {
  test.each([
    ["npm start", "npm", ["start"], path],
    ["npm run start:deno", "npm", ["run", "-s", "start:deno"], path],
    ["npm run start:bun", "npm", ["run", "-s", "start:bun"], path],
    ["deno task start", binaryOf("deno"), ["task", "start"], join(binaryOf("deno"), "..")],
    ["bun run start, with nothing but Bun", bun, ["run", "start"], `${dirname(bun)}${delimiter}/usr/bin`],
  ] as const)("%s", async (_name, command, args, PATH) => {
    const env = { PATH, GREENROOM_DATA: data };
    const { child, exited, says } = start(command, args, { env, cwd: root });
    const [url] = await says(/http:\/\/[^\s/]+:\d+/);
    expect(await fetch(`${url}/health`)).toMatchObject({ status: 200 });
    // What Ctrl+C does in a terminal: every process of the group is told.
    process.kill(-(child.pid as number), "SIGTERM");
    await exited;
    await expect(fetch(`${url}/health`)).rejects.toThrow();
  });
});
