import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { binaryOf } from "../matrix/targets.ts";

const run = promisify(execFile);
const fingerprint = fileURLToPath(new URL("fingerprint.ts", import.meta.url));

async function printedBy(runtime: "node24" | "deno" | "bun"): Promise<string> {
  const args = runtime === "deno" ? ["run", "-A", "--no-lock", fingerprint] : [fingerprint];
  const { stdout } = await run(binaryOf(runtime), args, { encoding: "utf8" });
  return stdout;
}

test("a seed comes to the same in every process, on Node, Deno and Bun", { timeout: 120_000 }, async () => {
  const [node, again] = [await printedBy("node24"), await printedBy("node24")];
  expect(node.split("\n")).toHaveLength(36);
  expect(again).toBe(node);
  expect(await printedBy("deno")).toBe(node);
  expect(await printedBy("bun")).toBe(node);
});
